export const en = {
  title: "Sign in on this device",
  about:
    "On a device that is signed in, open Settings, Devices, Add a device. Then scan the code there with this device's camera, or enter it here.",
  agree:
    "The code is filled in. Sign in only if you have made it yourself on another device of yours.",
} as const;
