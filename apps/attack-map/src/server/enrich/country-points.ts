/**
 * The main point of every country: where a country-only geo file puts an event.
 *
 * A point on the main land mass, near the middle or where most people live, so
 * that an arc never starts in the sea. Checked by eye and against a world map.
 */

/** Degrees north and east. */
export interface Point {
  readonly latitude: number
  readonly longitude: number
}

// ISO 3166-1 alpha-2 (and XK, and AN, which address registries still use),
// degrees north, degrees east.
const rows = `
AD 42.5 1.5|AE 24 54|AF 34 66|AG 17.1 -61.8|AI 18.2 -63.1|AL 41 20|AM 40.2 44.9|AN 12.2 -69|AO -12 18
AQ -80 20|AR -34.5 -64|AS -14.3 -170.7|AT 47.6 14.1|AU -25 134|AW 12.5 -70|AX 60.2 20|AZ 40.4 47.8
BA 44.2 17.8|BB 13.2 -59.6|BD 23.9 90.2|BE 50.7 4.6|BF 12.3 -1.7|BG 42.7 25.3|BH 26 50.5|BI -3.4 29.9
BJ 9.6 2.3|BL 17.9 -62.8|BM 32.31 -64.76|BN 4.6 114.7|BO -16.7 -64.7|BQ 12.2 -68.3|BR -12 -50|BS 24.7 -78
BT 27.5 90.5|BV -54.4 3.4|BW -22.2 23.8|BY 53.5 28|BZ 17.2 -88.6|CA 54 -102|CC -12.2 96.8|CD -2.9 23.6
CF 6.6 20.5|CG -0.8 15.4|CH 46.8 8.2|CI 7.6 -5.6|CK -21.2 -159.8|CL -33.5 -70.8|CM 5.7 12.7|CN 35 105
CO 4 -73|CR 9.9 -84.2|CU 22 -79|CV 15.1 -23.6|CW 12.2 -69|CX -10.5 105.6|CY 35 33.2|CZ 49.8 15.5
DE 51 10|DJ 11.7 42.6|DK 56 9.4|DM 15.4 -61.3|DO 18.9 -70.5|DZ 28.2 2.6|EC -1.4 -78.8|EE 58.7 25.6
EG 26.6 29.9|EH 24.4 -13.1|ER 15.4 38.8|ES 40.2 -3.6|ET 8.6 39.6|FI 62.8 26.2|FJ -17.8 178|FK -51.8 -58.5
FM 6.9 158.2|FO 62.1 -7|FR 46.6 2.5|GA -0.6 11.8|GB 53 -1.5|GD 12.1 -61.7|GE 42.2 43.5|GF 4 -53
GG 49.45 -2.58|GH 7.9 -1.2|GI 36.1 -5.3|GL 72 -40|GM 13.4 -15.5|GN 10.4 -10.9|GP 16.2 -61.6|GQ 1.7 10.4
GR 39.4 22.4|GS -54.4 -36.6|GT 15.7 -90.4|GU 13.45 144.78|GW 12.1 -14.9|GY 4.8 -58.9|HK 22.4 114.1
HM -53.1 73.5|HN 14.8 -86.6|HR 45.5 15.8|HT 19 -72.4|HU 47.2 19.4|ID -6.9 109|IE 53.2 -8.1|IL 30.9 34.9
IM 54.2 -4.5|IN 22.9 79.6|IO -7.3 72.4|IQ 33 43.7|IR 32.6 54.3|IS 64.9 -18.6|IT 42.8 12.7|JE 49.2 -2.1
JM 18.1 -77.3|JO 31.3 36.8|JP 36.2 138.4|KE 0.6 37.8|KG 41.5 74.6|KH 12.7 104.9|KI 1.43 173.03|KM -11.7 43.3
KN 17.3 -62.7|KP 40.2 127.2|KR 36.4 127.8|KW 29.3 47.6|KY 19.3 -81.3|KZ 48.2 67.3|LA 18.5 103.8
LB 33.9 35.9|LC 13.9 -61|LI 47.2 9.5|LK 7.6 80.7|LR 6.5 -9.3|LS -29.6 28.2|LT 55.3 23.9|LU 49.8 6.1
LV 56.9 25|LY 27 18|MA 32 -6.3|MC 43.74 7.42|MD 47.2 28.5|ME 42.8 19.2|MF 18.1 -63.1|MG -19.4 46.7
MH 7.1 171.2|MK 41.6 21.7|ML 17.3 -3.5|MM 21.2 96.5|MN 46.8 103.1|MO 22.2 113.5|MP 15.2 145.7|MQ 14.7 -61
MR 20.3 -10.3|MS 16.7 -62.2|MT 35.9 14.4|MU -20.3 57.6|MV 4.2 73.5|MW -13.2 34.3|MX 23.9 -102.5|MY 3.9 102.2
MZ -17.3 35.5|NA -22.1 17.2|NC -21.3 165.7|NE 17.4 9.4|NF -29.03 167.95|NG 9.6 8.1|NI 12.8 -85|NL 52.2 5.5
NO 61.2 9|NP 28.2 83.9|NR -0.53 166.93|NU -19.1 -169.9|NZ -39.2 175.7|OM 20.6 56.1|PA 8.5 -80.1|PE -9.2 -74.4
PF -17.6 -149.5|PG -6.5 145.2|PH 15.5 121.1|PK 29.9 69.3|PL 52.1 19.4|PM 46.9 -56.3|PN -25.1 -130.1
PR 18.2 -66.4|PS 31.9 35.2|PT 39.6 -8.5|PW 7.5 134.57|PY -23.2 -58.4|QA 25.3 51.2|RE -21.1 55.5|RO 45.9 25
RS 44.2 20.8|RU 56 45|RW -2 29.9|SA 24.1 44.5|SB -9.6 160.2|SC -4.7 55.5|SD 16 30|SE 60.2 15.2
SG 1.35 103.8|SH -16 -5.7|SI 46.1 14.8|SJ 78.6 16|SK 48.7 19.5|SL 8.6 -11.8|SM 43.94 12.46|SN 14.4 -14.5
SO 4.8 45.7|SR 4.1 -55.9|SS 7.3 30.3|ST 0.2 6.6|SV 13.7 -88.9|SX 18.04 -63.06|SY 35 38.5|SZ -26.6 31.5
TC 21.8 -71.8|TD 15.3 18.6|TF -49.3 69.3|TG 8.5 1|TH 15.1 101|TJ 38.5 71|TK -9.2 -171.8|TL -8.8 125.9
TM 39.1 59.4|TN 34.1 9.6|TO -21.2 -175.2|TR 39 35.2|TT 10.4 -61.3|TV -8.5 179.2|TW 23.8 121|TZ -6.3 34.8
UA 49 31.4|UG 1.3 32.4|UM 19.3 166.6|US 39.5 -98.4|UY -32.8 -56|UZ 41.8 63.1|VA 41.9 12.45|VC 13.2 -61.2
VE 7.1 -66.2|VG 18.4 -64.6|VI 17.7 -64.8|VN 16 107.9|VU -15.4 166.9|WF -13.3 -176.2|WS -13.6 -172.4
XK 42.6 20.9|YE 15.9 47.6|YT -12.8 45.2|ZA -29 25.1|ZM -13.5 27.8|ZW -19 29.9
`

const points: ReadonlyMap<string, Point> = new Map(
  rows
    .trim()
    .split(/[|\n]/)
    .map((row) => {
      const [country = '', latitude, longitude] = row.split(' ')
      return [country, { latitude: Number(latitude), longitude: Number(longitude) }]
    }),
)

/** The main point of a country by its upper-case ISO code; undefined for an unknown code. */
export function countryPoint(country: string): Point | undefined {
  return points.get(country)
}

/** Every country that has a point. */
export function knownCountries(): IterableIterator<string> {
  return points.keys()
}
