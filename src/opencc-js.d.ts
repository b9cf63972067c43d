/** The package ships no types for its dictionaries. */
declare module "opencc-js/dict/TSCharacters" {
  /** `traditional simplified` pairs, separated by `|`; further simplified forms follow the first. */
  const pairs: string;
  export default pairs;
}
