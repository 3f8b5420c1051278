"""Invented people: given and family names as a California district hears them, by the language of the family.

Given names and family names are combined at random within a culture; nobody real is meant.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Culture:
    """One community: its share of students, the chance that its own language is spoken at home, and its names."""

    language: str
    share: float
    spoken: float
    race: str
    girls: tuple[str, ...]
    boys: tuple[str, ...]
    families: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


CULTURES: tuple[Culture, ...] = (
    Culture(
        "es",
        0.53,
        0.66,
        "hispanic",
        _words("""Ximena Valentina Camila Itzel Marisol Yaretzi Renata Dulce Guadalupe Lucía Sofía Esmeralda Paloma
               Citlali Jimena Araceli Noemí Belén Mariana Fernanda Daniela Alondra Xochitl Jazmín María_José"""),
        _words("""José Mateo Emiliano Santiago Ángel Iker Leonardo Joaquín Rubén Andrés Tomás Adrián Iván Gael
               Maximiliano Sebastián Damián Ulises Óscar Efraín Julián Rodrigo Néstor Abel Juan_Pablo"""),
        _words("""Hernández-Vera Ramírez-Soto Villaseñor Orozco Zepeda Muñoz-Lara Cervantes Ibarra Quintero Peña
               Arellano Barrios Castañeda Delgadillo Escobedo Fontanilla Galindo Huerta
               Jáuregui Lozano Macías Naranjo Ocampo Pacheco Rentería Saldaña Tejeda Urrutia
               Valdivia Yáñez Zúñiga Nuño Bautista Cisneros De_la_Torre Montaño García-Leyva
               López-Rivas Menjívar Ajanel Chávez-Ortiz Guevara Portillo Alvarenga"""),
    ),
    Culture(
        "en",
        0.24,
        1.0,
        "mixed",
        _words("""Harper Maya Zoe Naomi Amara Brielle Imani Paige Tessa Willow Nia June Kiara Delaney Skye Aaliyah
               Hazel Simone Ruby Journee"""),
        _words("""Owen Malik Caleb Jordan Miles Darius Wyatt Isaiah Elliot Trevon Gavin Xavier Theo Andre Cole
               Quincy Reid Marcus Silas Dashawn"""),
        _words("""Ashworth Bramwell Calloway Dunmore Eastman Fairbanks Gatlin Hargrove Ingram Jessup Kirkland
               Lockhart Merriweather Norwood Oakes Pettigrew Quarles Ransom Sutterfield Thackeray Underhill Vickers
               Wainwright Yancey Zimmer O'Neal O'Dell McAllister Broussard Tolliver Gaines Whitlock Stubblefield
               Abernathy Covington Delacroix-Hayes St._Clair Boone Haskell Mabry"""),
    ),
    Culture(
        "hy",
        0.05,
        0.75,
        "white",
        _words("Ani Nare Lusine Mariam Siranush Arpine Gayane Hasmik Lilit Nairi Talin Anahit Sona Milena Narine"),
        _words("""Hovhannes Narek Tigran Areg Vahe Gor Hayk Aram Davit Artur Levon Sevak Garen Raffi Samvel"""),
        _words("""Hovhannisyan Grigoryan Mkrtchyan Hakobjanyan Avetisyan Ter-Ghazaryan Sahakyan Manukyan Barseghyan
               Danielyan Galstyan Khachikyan Melkonyan Nazaryan Poghosyan Simonyan Vardanyan Zakaryan"""),
    ),
    Culture(
        "ko",
        0.03,
        0.6,
        "asian",
        _words("Seo-yeon Ji-woo Ha-eun Min-seo Yuna Chae-won Da-eun Soo-ah Hannah Da-hye Ye-rin Grace"),
        _words("Min-jun Seo-jun Do-yun Ji-ho Hyun-woo Joon Tae-yang Eun-woo Daniel Sung-min Jae-won Brian"),
        _words("Kwon Hwang Bae Seong Noh Jang Ahn Ryu Ha Namgung Pyo Gil Eom Cheon Tak Sagong"),
    ),
    Culture(
        "fil",
        0.045,
        0.4,
        "asian",
        _words("Althea Bianca Mikaela Princess Janelle Tala Ligaya Mayumi Angelica Reyna Kristine Dalisay"),
        _words("Jericho Paolo Joshua Miguel Renz Bayani Dante Kian Emil Rafael Jomar Christian"),
        _words("""Dimaculangan Macaraeg Pangilinan Bautista-Reyes Manalo Lacson Catacutan Ilagan Magtanggol-Cruz
               Dela_Cruz Tolentino Salonga-Diaz Evangelista Baluyot Quiambao Sumulong"""),
    ),
    Culture(
        "zh-Hant",
        0.02,
        0.6,
        "asian",
        _words("Mei-Ling Yi-Chen Hsin-Yi Emily Jia-Hui Pei-Shan Phoebe Ya-Ting Olivia Wan-Yu"),
        _words("Chia-Hao Wei-Ting Jason Yu-Chen Kuan-Lin Ethan Po-Han Tsung-Han Kevin Jun-Jie"),
        _words("Hsieh Tseng Chiang Liao Kuo Hsu Yeh Pan Chuang Szeto Leong Kwok"),
    ),
    Culture(
        "zh-Hans",
        0.015,
        0.7,
        "asian",
        _words("Xinyi Yutong Zihan Ruoxi Siyu Jiayi Mengqi Lucy Wenjing Qianqian"),
        _words("Haoran Zixuan Yichen Junxi Bowen Mingze Tianyu Alan Ruihao Jiaming"),
        _words("Zheng Xu Cai Deng Feng Gao Luo Qian Shao Wei Xue Zhuang"),
    ),
    Culture(
        "fa",
        0.015,
        0.6,
        "white",
        _words("Parisa Shirin Roya Nasrin Yasaman Kimia Tara Laleh Mahsa Nilufar"),
        _words("Arash Kian Kourosh Navid Omid Ramin Siavash Babak Farhad Dariush"),
        _words("Hosseinzadeh Moradi Tehranchi Jafari Kamali Rostami Farahani Shirazi Ebrahimi Golzar Nikpour Azadi"),
    ),
    Culture(
        "ru",
        0.015,
        0.7,
        "white",
        _words("Alina Darya Polina Ksenia Varvara Yeva Zlata Milana Taisiya Vera"),
        _words("Timofey Lev Gleb Matvey Yaroslav Kirill Zakhar Roman Miron Fyodor"),
        _words("Belyaev Zaytsev Kovalchuk Lebedev Morozov Sidorenko Tarasov Gromov Shevchuk Vinogradov Orlov Karpenko"),
    ),
    Culture(
        "vi",
        0.02,
        0.6,
        "asian",
        _words("Thảo Linh Hương Ngọc Trâm Mai Quỳnh Anh_Thư Bích Khánh_Vy"),
        _words("Minh Đức Khoa Bảo Huy Tuấn Phúc Quang Thiên Gia_Bảo"),
        _words("Nguyễn Trần Phạm Huỳnh Võ Đặng Bùi Dương Lý Tăng Đinh Lương"),
    ),
    Culture(
        "ar",
        0.015,
        0.65,
        "white",
        _words("Layan Noor Rania Salma Hala Dalia Jumana Maysa Rahaf Sahar"),
        _words("Yousef Karim Zaid Bilal Hamza Tariq Samir Faris Anas Rayan"),
        _words("Haddad Khoury Al-Masri Nassar Barakat Sabbagh Darwish Al-Khatib Saleh Qasim Mansour Awad"),
    ),
    Culture(
        "km",
        0.005,
        0.6,
        "asian",
        _words("Sophea Bopha Chanthou Sreymom Kunthea Rachana"),
        _words("Sokha Vichea Dara Rithy Bunrith Samnang"),
        _words("Sovann Keo Chhim Prak Sok Nhem"),
    ),
)
GIVEN_NICKNAMES: dict[str, str] = {
    "Guadalupe": "Lupita", "Maximiliano": "Max", "Sebastián": "Sebas", "Fernanda": "Fer", "José": "Pepe",
    "Santiago": "Santi", "Hovhannes": "Hovo", "Mikaela": "Mika", "Joaquín": "Quino", "Esmeralda": "Esme",
    "Yaroslav": "Yarik", "Timofey": "Tima", "Joshua": "Josh", "Daniel": "Dani", "Emiliano": "Emi",
    "Christian": "Chris", "Valentina": "Vale", "Isaiah": "Izzy", "Xavier": "Xavi", "Mei-Ling": "May",
}  # fmt: skip
STREETS: tuple[str, ...] = _words("""Saltbush Lantern Ocotillo Mulefat Sandpiper Toyon Marigold Copperleaf Kestrel
    Buckthorn Tamarack Wickiup Ironwood Larkspur Monkeyflower Paintbrush Quailbush Rabbitbrush Sycamore Verbena""")
STREET_KINDS: tuple[str, ...] = ("Street", "Avenue", "Drive", "Court", "Way", "Place", "Lane", "Terrace")
LANDMARKS: tuple[str, ...] = _words("""Saltbush Ocotillo Lantern Kestrel Marigold Ironwood Sandpiper Tamarack Toyon
    Buckthorn Copperleaf Verbena Windrose Harvest Beacon Foxtail Juniper Cinnabar Millstone Wickiup Bluestem Redstone
    Larkspur Paintbrush Quailbush Starthistle Cattail Nighthawk Silverleaf Thistledown""")
PLACES: tuple[str, ...] = _words("""Mesa Bend Terrace Arroyo Crossing Point Hollow Grove Landing Ridge Vista Meadow
    Canyon Springs Flats Knoll Heights Corner Wash Gate Bluff Run Fork Orchard Commons Fields Trail Summit Basin Glen
    Shore Prairie Cove Station Divide Park""")
