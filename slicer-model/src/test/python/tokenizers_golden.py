"""Writes golden files for sub-token ids and word alignment: what HuggingFace transformers answers for given words.

    python -m venv venv && venv/bin/pip install tokenizers transformers
    venv/bin/python slicer-model/src/test/python/tokenizers_golden.py

Trains two small tokenizers of the kinds that BERT (WordPiece) and XLM-R (Unigram) use, on the sentences below, which
were written for this project. Sentences of UNSEEN take no part in the training, so that unknown pieces occur.
A sentence is one string whose words stand between bars: a bar, because some words hold blanks or invisible signs.

Training breaks ties by chance, so a tokenizer.json that is there already is kept; delete it to train anew. The golden
files follow from the tokenizers and the sentences alone.
"""

import json
import pathlib

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

SENTENCES = {
    "Latin: English": "Mayor|Ana|Oyelaran|opened|the|new|ferry|terminal|in|Lagos|on|Monday|.",
    "Latin: German": "Die|Straßenbahngesellschaft|aus|Köln|kauft|fünfzig|Züge|in|Österreich|.",
    "Latin: Vietnamese": "Ông|Nguyễn|Văn|Tường|rời|Đà|Nẵng|để|đến|Huế|hôm|thứ|ba|.",
    "Latin: Yoruba": "Ọ̀gá|ilé-ìwé|náà|,|Adébáyọ̀|,|padà|sí|Ìbàdàn|ní|ọ̀sẹ̀|tó|kọjá|.",
    "Latin: Turkish": "İstanbul'da|yaşayan|Işıl|Öztürk|ödülünü|Ankara|Üniversitesi'nden|aldı|.",
    "Latin: Wolof": "Seexu|daara|ji|,|Ñaaga|Ndóoy|,|dem|na|Ndakaaru|ak|xaritam|.",
    "Cyrillic: Russian": "Директор|завода|Ёлкин|прилетел|из|Йошкар-Олы|в|Казань|.",
    "Cyrillic: Ukrainian": "Мер|Ганна|Їжакевич|приїхала|до|Ґданська|з|Києва|.",
    "Greek": "Η|Ελένη|Παπαδοπούλου|ταξίδεψε|από|την|Αθήνα|στη|Θεσσαλονίκη|.",
    "Greek: polytonic": "Ὁ|ἄνθρωπος|ἦλθεν|εἰς|τὰς|Ἀθήνας|.",
    "Arabic": "وصلت|الوزيرة|هدى|السالمي|إلى|القاهرة|قادمةً|من|عُمان|.",
    "Arabic: Persian": "شرکت|راه‌آهن|می‌گوید|که|قطار|تبریز|به|تهران|می‌رسد|.",
    "Arabic: Urdu": "کراچی|کے|استاد|فہیم|قریشی|نے|لاہور|میں|کتاب|لکھی|۔",
    "Hebrew": "המורה|רות|בן־דוד|נסעה|מירושלים|אל|חֵיפָה|עם|צה\"ל|.",
    "Devanagari: Hindi": "मंत्री|सुनीता|क्षेत्रपाल|ने|दिल्ली|में|नया|विद्यालय|खोला|।",
    "Devanagari: Nepali": "काठमाडौँका|शिक्षक|हरि|श्रेष्ठ|पोखरा|पुगे|।",
    "Bengali": "ঢাকার|চিকিৎসক|রেহানা|চৌধুরী|চট্টগ্রামে|হাসপাতাল|গড়েছেন|।",
    "Gurmukhi": "ਅੰਮ੍ਰਿਤਸਰ|ਦੇ|ਕਿਸਾਨ|ਗੁਰਪ੍ਰੀਤ|ਸਿੰਘ|ਲੁਧਿਆਣਾ|ਗਏ|।",
    "Gujarati": "અમદાવાદના|લેખક|મીરા|પટેલ|સુરત|પહોંચ્યાં|.",
    "Tamil": "சென்னையில்|உள்ள|ஸ்ரீதர்|நிறுவனம்|மதுரைக்கு|பேருந்து|அனுப்பியது|.",
    "Telugu": "హైదరాబాద్|మేయర్|లక్ష్మి|విజయవాడలో|గ్రంథాలయం|ప్రారంభించారు|.",
    "Kannada": "ಬೆಂಗಳೂರಿನ|ಶಿಕ್ಷಕಿ|ಕಾವ್ಯ|ಮೈಸೂರಿಗೆ|ಹೋದರು|.",
    "Malayalam": "കൊച്ചിയിലെ|അധ്യാപകൻ|അനിൽ|കോഴിക്കോട്ടേക്ക്|പോയി|.",
    "Sinhala": "කොළඹ|විශ්‍රාමික|ගුරු|නිමල්|ශ්‍රී|ලංකා|බැංකුවට|ගියේය|.",
    "Thai": "นาย|สมชาย|เดินทาง|จาก|กรุงเทพฯ|ไป|เชียงใหม่|เมื่อวาน|นี้",
    "Thai: unsegmented": "ครูมาลีสอนหนังสือที่โรงเรียนในจังหวัดขอนแก่น",
    "Lao": "ທ້າວ|ບຸນມີ|ເດີນທາງ|ຈາກ|ວຽງຈັນ|ໄປ|ຫຼວງພະບາງ",
    "Khmer": "លោក|សុខ|ធ្វើដំណើរ|ពី|ភ្នំពេញ|ទៅ|សៀមរាប|។",
    "Burmese": "ဆရာမ|ဒေါ်|သန္တာ|သည်|ရန်ကုန်|မှ|မန္တလေး|သို့|သွားသည်|။",
    "Ethiopic: Amharic": "ከንቲባ|አልማዝ|ተስፋዬ|ከአዲስ|አበባ|ወደ|ባሕር|ዳር|ሄዱ|።",
    "Georgian": "ნინო|ბერიძემ|თბილისიდან|ბათუმში|ახალი|წიგნი|წაიღო|.",
    "Armenian": "Ուսուցչուհի|Անահիտ|Սարգսյանը|Երևանից|գնաց|Գյումրի|։",
    "Han: Chinese": "市长|王丽华|昨天|从|上海|飞往|成都|。",
    "Han: unsegmented": "李老师在北京大学图书馆工作了二十年。",
    "Kana: Japanese": "田中さん|は|東京|から|ｵｵｻｶ|へ|ﾊﾞｽ|で|ガッコウ|に|通う|。",
    "Kana: decomposed": "ガッコウ|へ|いく|。",
    "Hangul: Korean": "김민수|시장은|서울에서|부산으로|갔다|.",
    "Hangul: decomposed": "서울에서|온|선생님|.",
    "Mongolian": "Улаанбаатар|ᠮᠣᠩᠭᠣᠯ|ᠬᠡᠯᠡ",
    "Emoji": "Lena|👩‍🔬|flew|✈️|to|🇰🇪|Nairobi|👍🏽|with|👨‍👩‍👧‍👦|1️⃣0️⃣|❤️‍🔥|!",
    "Signs": "ACME|Corp.|paid|€3,5|m|(|or|£2.9m|)|—|“|quoted|”|…|#tag|@name|a_b|x=y|50%|№7|½|ﬁnal",
    "Quotes": "don't|O'Brien's|L’Aquila|rock'n'roll|«|Правда|»|‹x›|¿Qué|?|‽",
}

UNSEEN = {
    "Tibetan": "བཀྲ་ཤིས|ལྷ་ས|ནས|འབྱོར།",
    "Cherokee": "ᏣᎳᎩ|ᎦᏬᏂᎯᏍᏗ|Tulsa",
    "Mixed scripts": "iPhone的|Яndex|Σίγμα-X|東京Tower|ОАЭ/UAE|naïve—кафе|٣٤|३४|三十四",
    "Zero-width joiner alone": "a|\u200d|b",
    "Variation selector alone": "a|\ufe0f|b|\ufe0e",
    "Nothing but ignorables": "\u200d|\u200b|\ufeff|\u00ad",
    "Ignorables at both ends": "\u200b|Kigali|\u2060",
    "Ignorables inside": "Ki\u200bga\u00adli|\u202bرام\u202c|क\u200dष|क\u200cष",
    "Combining marks": "e\u0301|\u00e9|a\u0323\u0302|\u1ead|q\u0308\u0301|\u0301|Z\u0351\u036b\u0343algo",
    "Combining mark alone": "x|\u0308|y",
    "Control characters": "a\u0007b|\u0000|c\td|\r",
    "Blanks inside a word": "New York|10\u00a0000|San\u3000José|  padded  ",
    "Blank words": "x| |\u3000|y",
    "Replacement character": "a\ufffdb|\ufffd",
    "Full width": "ＮＨＫ|１２３|！|㍿|ﷺ|Ⅻ|①",
    "Supplementary planes": "𠮷野家|𝔅𝔢𝔯𝔩𝔦𝔫|𐍈𐌰|🫠|🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "Special tokens as text": "[CLS]|<s>|[MASK]|</s>|[UNK]|<unk>|[PAD]|x[SEP]y",
    "Long word at the limit": "a" * 100 + "|end",
    "Long word over the limit": "b" * 101 + "|end",
    "Very long words": "Donau" * 60 + "|ก" * 3 + "|" + "ທ້" * 90 + "|" + "7" * 250,
    "Long number and address": "0123456789012345678901234567890|https://example.org/a/b?c=d&e=%20#f|mail@example.org",
    "One sign": ".",
    "Underscore of SentencePiece": "▁|▁Kigali|a▁b",
}

ALL = {**SENTENCES, **UNSEEN}


def words(sentence):
    return sentence.split("|")


def training_text():
    return [" ".join(words(sentence)) for sentence in SENTENCES.values()] * 3


def wordpiece():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(vocab_size=1500, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(training_text(), trainer)
    tokenizer.post_processor = template(tokenizer, "[CLS]", "[SEP]")
    return tokenizer


def unigram():
    """As XLM-R's, but for its compiled character map, in whose place stands NFKC, on which that map is built."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    trainer = trainers.UnigramTrainer(
        vocab_size=1500, special_tokens=special, unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(training_text(), trainer)
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True)])
    tokenizer.post_processor = template(tokenizer, "<s>", "</s>")
    return tokenizer


def template(tokenizer, first, last):
    specials = [(token, tokenizer.token_to_id(token)) for token in (first, last)]
    return processors.TemplateProcessing(single=f"{first} $A {last}", special_tokens=specials)


def write(folder, train, special):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "tokenizer.json"
    if not path.exists():
        train().save(str(path), pretty=False)
    fast = PreTrainedTokenizerFast(tokenizer_file=str(path), **special)
    sentences = []
    for name, sentence in ALL.items():
        encoded = fast(words(sentence), is_split_into_words=True)
        sentences.append(
            dict(name=name, words=words(sentence), ids=encoded["input_ids"], wordIds=encoded.word_ids())
        )
    golden = dict(
        special={key: fast.convert_tokens_to_ids(special[f"{key}_token"]) for key in ("cls", "sep", "pad", "unk")},
        sentences=sentences,
    )
    lines = ",\n".join(json.dumps(sentence, ensure_ascii=True) for sentence in golden["sentences"])
    text = f'{{"special": {json.dumps(golden["special"])},\n"sentences": [\n{lines}\n]}}\n'
    (folder / "golden.json").write_text(text, encoding="ascii")
    unknown = golden["special"]["unk"]
    pieces = sum(len(s["ids"]) for s in sentences)
    silent = [n for n, s in zip(ALL, sentences) if len(set(s["wordIds"]) - {None}) < len(s["words"])]
    print(folder.name, "vocabulary", fast.vocab_size, "pieces", pieces,
          "unknown", sum(s["ids"].count(unknown) for s in sentences), "with words without piece:", silent)


def main():
    resources = pathlib.Path(__file__).resolve().parents[1] / "resources" / "dev" / "slicer" / "tokenization"
    write(
        resources / "wordpiece",
        wordpiece,
        dict(pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]"),
    )
    write(
        resources / "unigram",
        unigram,
        dict(
            pad_token="<pad>",
            unk_token="<unk>",
            cls_token="<s>",
            sep_token="</s>",
            bos_token="<s>",
            eos_token="</s>",
            mask_token=AddedToken("<mask>", lstrip=True),
        ),
    )


if __name__ == "__main__":
    main()
