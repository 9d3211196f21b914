/** Commands that a newcomer can send as they stand. */

export interface Example {
  title: string;
  text: string;
}

export const EXAMPLES: Example[] = [
  {
    title: "An ad for a phone",
    text: "/copy ad Aurora X phone | battery: 5000 mAh | camera: 108 MP | audience: young travellers",
  },
  {
    title: "A product description",
    text: "/copy description Breeze 2 desk fan | noise: 22 dB | speeds: 6 | audience: people who work at home | tone: calm",
  },
  {
    title: "A campaign",
    text: "/copy campaign Autumn tea fair | dates: 3–12 October | offer: 20% off samplers | audience: office tea drinkers | channels: email, Instagram",
  },
  {
    title: "中文广告",
    text: "/copy ad 极光 X 手机 | 电池：5000 mAh | 摄像头：1.08 亿像素 | 受众：年轻旅行者 | 语言：中文",
  },
];
