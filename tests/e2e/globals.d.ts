/** What the tests put into the pages under test. */
interface Window {
  scope: any;
  engine: any;
  isolated: boolean;
  loads: number;
}
