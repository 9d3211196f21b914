/** Slack's short names of common emoji. Names that are not here are shown as they were typed. */

const TABLE = `
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|heart ❤️|tada 🎉|fire 🔥|eyes 👀|rocket 🚀|clap 👏|pray 🙏|100 💯|star ⭐|star2 🌟
sparkles ✨|white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|warning ⚠️|no_entry ⛔|no_entry_sign 🚫
one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|zero 0️⃣|keycap_ten 🔟
hourglass ⌛|hourglass_flowing_sand ⏳|alarm_clock ⏰|stopwatch ⏱️|clock1 🕐|calendar 📅|date 📅|spiral_calendar_pad 🗓️
smile 😄|smiley 😃|grinning 😀|grin 😁|laughing 😆|joy 😂|rolling_on_the_floor_laughing 🤣|slightly_smiling_face 🙂|wink 😉
blush 😊|heart_eyes 😍|star-struck 🤩|kissing_heart 😘|yum 😋|sunglasses 😎|thinking_face 🤔|neutral_face 😐|expressionless 😑
unamused 😒|smirk 😏|relieved 😌|pensive 😔|sleeping 😴|confused 😕|worried 😟|slightly_frowning_face 🙁|cry 😢|sob 😭|angry 😠
rage 😡|scream 😱|flushed 😳|sweat_smile 😅|sweat 😓|partying_face 🥳|hugging_face 🤗|zany_face 🤪|nerd_face 🤓|face_palm 🤦
shrug 🤷|wave 👋|raised_hands 🙌|ok_hand 👌|v ✌️|crossed_fingers 🤞|point_up ☝️|point_up_2 👆|point_down 👇|point_left 👈
point_right 👉|muscle 💪|handshake 🤝|raised_hand ✋|hand 👋|writing_hand ✍️|wastebasket 🗑️|robot_face 🤖|ghost 👻|poop 💩|hankey 💩
orange_heart 🧡|yellow_heart 💛|green_heart 💚|blue_heart 💙|purple_heart 💜|black_heart 🖤|broken_heart 💔|two_hearts 💕|gift_heart 💝
bulb 💡|zap ⚡|boom 💥|dart 🎯|trophy 🏆|first_place_medal 🥇|second_place_medal 🥈|third_place_medal 🥉|medal 🏅|gift 🎁|balloon 🎈
confetti_ball 🎊|birthday 🎂|champagne 🍾|beers 🍻|coffee ☕|tea 🍵|pizza 🍕|apple 🍎|tangerine 🍊|lemon 🍋|strawberry 🍓|rice 🍚
memo 📝|pencil 📝|pencil2 ✏️|page_facing_up 📄|clipboard 📋|pushpin 📌|paperclip 📎|link 🔗|mag 🔍|mag_right 🔎|lock 🔒|unlock 🔓
key 🔑|bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢|speech_balloon 💬|thought_balloon 💭|email ✉️|envelope ✉️|inbox_tray 📥|outbox_tray 📤
package 📦|shopping_trolley 🛒|shopping_bags 🛍️|moneybag 💰|dollar 💵|credit_card 💳|chart_with_upwards_trend 📈
chart_with_downwards_trend 📉|bar_chart 📊|label 🏷️|bookmark 🔖|books 📚|book 📖|newspaper 📰|camera 📷|camera_with_flash 📸|movie_camera 🎥
art 🎨|headphones 🎧|musical_note 🎵|iphone 📱|computer 💻|keyboard ⌨️|desktop_computer 🖥️|battery 🔋|electric_plug 🔌|satellite 📡|tv 📺
hammer 🔨|wrench 🔧|hammer_and_wrench 🛠️|gear ⚙️|broom 🧹|scissors ✂️|triangular_ruler 📐|microscope 🔬|test_tube 🧪|magnet 🧲
sunny ☀️|partly_sunny ⛅|cloud ☁️|rainbow 🌈|snowflake ❄️|umbrella ☔|ocean 🌊|earth_americas 🌎|globe_with_meridians 🌐|airplane ✈️|car 🚗
house 🏠|office 🏢|department_store 🏬|checkered_flag 🏁|triangular_flag_on_post 🚩|dog 🐶|cat 🐱|panda_face 🐼|bug 🐛|bee 🐝|butterfly 🦋
seedling 🌱|herb 🌿|four_leaf_clover 🍀|maple_leaf 🍁|cherry_blossom 🌸|rose 🌹|sunflower 🌻|tulip 🌷|evergreen_tree 🌲|cactus 🌵
arrow_up ⬆️|arrow_down ⬇️|arrow_left ⬅️|arrow_right ➡️|arrows_counterclockwise 🔄|repeat 🔁|leftwards_arrow_with_hook ↩️|heavy_plus_sign ➕
heavy_minus_sign ➖|question ❓|grey_question ❔|exclamation ❗|grey_exclamation ❕|bangbang ‼️|information_source ℹ️|red_circle 🔴
large_yellow_circle 🟡|large_green_circle 🟢|large_blue_circle 🔵|large_orange_circle 🟠|white_circle ⚪|black_circle ⚫|large_blue_square 🟦
small_blue_diamond 🔹|small_orange_diamond 🔸|new 🆕|free 🆓|cool 🆒|ok 🆗|up 🆙|sos 🆘|crown 👑|gem 💎|ring 💍|dress 👗|running_shoe 👟|lipstick 💄
flag-cn 🇨🇳|cn 🇨🇳|flag-us 🇺🇸|us 🇺🇸|flag-gb 🇬🇧|gb 🇬🇧|dragon 🐉|red_envelope 🧧|firecracker 🧨|lantern 🏮|izakaya_lantern 🏮|chopsticks 🥢|full_moon 🌕|moon_cake 🥮
`;

export const EMOJI: ReadonlyMap<string, string> = new Map(
  TABLE.trim()
    .split(/[|\n]/)
    .map((entry) => {
      const space = entry.indexOf(" ");
      return [entry.slice(0, space), entry.slice(space + 1)] as const;
    }),
);

/** The picker's list: what people use for judging copy first. */
export const PICKS = (
  "+1 -1 heart tada fire one two three eyes rocket clap raised_hands 100 star white_check_mark x " +
  "thinking_face smile joy heart_eyes pray bulb dart zap memo sparkles confused cry muscle wave ok_hand warning"
).split(" ");

export const QUICK = ["+1", "-1", "heart"];

const TONES = ["", "", "🏻", "🏼", "🏽", "🏾", "🏿"];

/** The character of a short name, with its skin tone; undefined for a name that is not known. */
export function glyph(name: string): string | undefined {
  const [base = "", tone] = name.split("::skin-tone-");
  const found = EMOJI.get(base);
  return found && tone ? found.replace("\ufe0f", "") + (TONES[Number(tone)] ?? "") : found;
}

/** Short names that begin with or contain what was typed. */
export function searchEmoji(typed: string, most: number): string[] {
  const wanted = typed.toLowerCase();
  const names = [...EMOJI.keys()];
  const first = names.filter((name) => name.startsWith(wanted));
  return [...first, ...names.filter((name) => !name.startsWith(wanted) && name.includes(wanted))].slice(0, most);
}
