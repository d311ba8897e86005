"""What a server says in another language than English (lc_messages) as it refuses a connection.

libpq hands on no SQLSTATE then, and no setting of the connection comes before the login: the words are all that there is.
"""

from __future__ import annotations

# Of PostgreSQL's own translations.
_WORDS = {
    'password authentication failed for user "%s"': (
        "Passwort-Authentifizierung für Benutzer »%s« fehlgeschlagen",
        "la autentificación password falló para el usuario «%s»",
        "authentification par mot de passe échouée pour l'utilisateur  « %s »",
        'autenticazione con password fallita per l\'utente "%s"',
        'ユーザー"%s"のパスワード認証に失敗しました',
        'პაროლით ავთენტიფიკაცია მომხმარებლისთვის "%s" ვერ მოხერხდა',
        '사용자 "%s"의 password 인증을 실패했습니다',
        'пользователь "%s" не прошёл проверку подлинности (по паролю)',
        'Lösenordsautentisering misslyckades för användare "%s"',
        'користувач "%s" не пройшов автентифікацію за допомогою пароля',
        '用户 "%s" Password 认证失败',
    ),
    'role "%s" does not exist': (
        "Rolle »%s« existiert nicht",
        "no existe el rol «%s»",
        "le rôle « %s » n'existe pas",
        'il ruolo "%s" non esiste',
        'ロール"%s"は存在しません',
        'როლი არ არსებობს: "%s"',
        '"%s" 롤(role) 없음',
        'роль "%s" не существует',
        'rollen "%s" finns inte',
        'роль "%s" не існує',
        '角色 "%s" 不存在',
    ),
    'role "%s" is not permitted to log in': (
        "Rolle »%s« hat keine Berechtigung zum Einloggen",
        "al rol «%s» no se le permite conectarse",
        "le rôle « %s » n'est pas autorisé à se connecter",
        'al ruolo "%s" non è consentito effettuare il login',
        'ロール"%s"はログインが許可されません',
        "როლს შესვლის უფლება არ აქვს: %s",
        '"%s" 롤은 접속을 허용하지 않음',
        'для роли "%s" вход запрещён',
        'roll "%s" tillåts inte logga in',
        'для ролі "%s" вхід не дозволений',
        '不允许角色"%s" 进行登录',
    ),
    'database "%s" does not exist': (
        "Datenbank »%s« existiert nicht",
        "no existe la base de datos «%s»",
        "la base de données « %s » n'existe pas",
        'il database "%s" non esiste',
        'データベース"%s"は存在しません',
        'მონაცემთა ბაზა "%s" არ არსებობს',
        '"%s" 데이터베이스 없음',
        'база данных "%s" не существует',
        'databasen "%s" existerar inte',
        'бази даних "%s" не існує',
        '数据库 "%s" 不存在',
    ),
    'permission denied for database "%s"': (
        "keine Berechtigung für Datenbank »%s«",
        "permiso denegado a la base de datos «%s»",
        "droit refusé pour la base de données « %s »",
        'permesso negato per il database "%s"',
        'データベース"%s"へのアクセスが拒否されました',
        'წვდომა აკრძალულია ბაზაზე: "%s"',
        '"%s" 데이터베이스 액세스 권한 없음',
        'доступ к базе "%s" запрещён',
        'rättighet saknas för databas "%s"',
        'доступ до бази даних "%s" відхилений',
        '访问数据库"%s"的权限不够',
    ),
    'database "%s" is not currently accepting connections': (
        "Datenbank »%s« akzeptiert gegenwärtig keine Verbindungen",
        "la base de datos «%s» no acepta conexiones",
        "la base de données « %s » n'accepte plus les connexions",
        'il database "%s" attualmente non accetta connessioni',
        '現在データベース"%s"は接続を受け付けません',
        'ბაზა "%s" ამჟამად მიერთებებს არ იღებს',
        '"%s" 데이터베이스는 현재 접속을 허용하지 않습니다',
        'база "%s" не принимает подключения в данный момент',
        'databasen "%s" tar för närvarande inte emot uppkopplingar',
        'база даних "%s" не приймає підключення в даний момент',
        '数据库 "%s" 当前不接受联接',
    ),
    'too many connections for role "%s"': (
        "zu viele Verbindungen von Rolle »%s«",
        "demasiadas conexiones para el rol «%s»",
        "trop de connexions pour le rôle « %s »",
        'troppe connessioni per il ruolo "%s"',
        'ロール"%s"からの接続が多すぎます',
        'მეტისმეტად ბევრი კავშირი როლისთვის "%s"',
        '"%s" 롤의 최대 동시 접속수를 초과했습니다',
        'слишком много подключений для роли "%s"',
        'för många uppkopplingar för roll "%s"',
        'занадто багато підключень для ролі "%s"',
        '由角色"%s"发起的连接太多了',
    ),
    'too many connections for database "%s"': (
        "zu viele Verbindungen für Datenbank »%s«",
        "demasiadas conexiones para la base de datos «%s»",
        "trop de connexions pour la base de données « %s »",
        'troppe connessioni al database "%s"',
        'データベース"%s"への接続が多すぎます',
        'ძალიან ბევრი კავშირი ბაზისთვის "%s"',
        '"%s" 데이터베이스 최대 접속수를 초과했습니다',
        'слишком много подключений к БД "%s"',
        'för många uppkopplingar till databasen "%s"',
        'занадто багато підключень до бази даних "%s"',
        '到数据库 "%s"的连接太多了',
    ),
    "sorry, too many clients already": (
        "tut mir leid, schon zu viele Verbindungen",
        "lo siento, ya tenemos demasiados clientes",
        "désolé, trop de clients sont déjà connectés",
        "spiacente, troppi client già connessi",
        "現在クライアント数が多すぎます",
        "უკაცრავად, უკვე მეტისმეტად ბევრი კლიენტია",
        "최대 동시 접속자 수를 초과했습니다.",
        "извините, уже слишком много клиентов",
        "ledsen, för många klienter",
        "вибачте, вже забагато клієнтів",
        "对不起, 已经有太多的客户",
    ),
    "the database system is starting up": (
        "das Datenbanksystem startet",
        "el sistema de base de datos está iniciándose",
        "le système de bases de données se lance",
        "il database si sta avviando",
        "データベースシステムは起動処理中です",
        "მიმდინარეობს მონაცემთა ბაზის სისტემის გაშვება",
        "데이터베이스 시스템이 새로 가동 중입니다.",
        "система баз данных запускается",
        "databassystemet startar upp",
        "система бази даних запускається",
        "数据库系统启动中",
    ),
    "the database system is shutting down": (
        "das Datenbanksystem fährt herunter",
        "el sistema de base de datos está apagándose",
        "le système de base de données s'arrête",
        "il database si sta spegnendo",
        "データベースシステムはシャットダウンしています",
        "მონაცემთა ბაზის სისტემა ითიშება",
        "데이터베이스 시스템이 중지 중입니다",
        "система баз данных останавливается",
        "databassystemet stänger ner",
        "система бази даних завершує роботу",
        "数据库系统停止中",
    ),
    "the database system is in recovery mode": (
        "das Datenbanksystem ist im Wiederherstellungsmodus",
        "el sistema de base de datos está en modo de recuperación",
        "le système de bases de données est en cours de restauration",
        "il database è in modalità di ripristino",
        "データベースシステムはリカバリモードです",
        "მონაცემთა ბაზის სისტემა აღდგენის რეჟიმშია",
        "데이터베이스 시스템이 자동 복구 작업 중입니다.",
        "система баз данных в режиме восстановления",
        "databassystemet är återställningsläge",
        "система бази даних у режимі відновлення",  # noqa: RUF001 - Ukrainian
        "数据库系统在恢复模式中",
    ),
    'unrecognized configuration parameter "%s"': (
        "unbekannter Konfigurationsparameter »%s«",
        "parámetro de configuración «%s» no reconocido",
        "paramètre de configuration « %s » non reconnu",
        'parametro di configurazione "%s" sconosciuto',
        '設定パラメータ"%s"は不明です',
        'კონფიგურაციის უცნობი პარამეტრი: "%s"',
        '알 수 없는 환경 매개 변수 이름: "%s"',
        'нераспознанный параметр конфигурации: "%s"',
        'okänd konfigurationsparameter "%s"',
        'нерозпізнаний параметр конфігурації "%s"',
        '未认可的配置参数 "%s"',
    ),
    'invalid value for parameter "%s": "%s"': (
        "ungültiger Wert für Parameter »%s«: »%s«",
        "valor no válido para el parámetro «%s»: «%s»",
        "valeur invalide pour le paramètre « %s » : « %s »",
        'valore non valido per il parametro "%s": "%s"',
        'パラメータ"%s"の値が不正です: "%s"',
        'არასწორი მნიშვნელობა პარამეტრისთვის "%s": "%s"',
        '잘못된 "%s" 매개 변수의 값: "%s"',
        'неверное значение для параметра "%s": "%s"',
        'ogiltigt värde för parameter "%s": "%s"',
        'неприпустиме значення параметру "%s": "%s"',
        '参数 "%s" 的值无效: "%s"',
    ),
}


def with_english(said: str) -> str:
    """The same, and behind it what that means; unchanged where it is English, or in words that are not known here."""
    for english, translations in _WORDS.items():
        for words in translations:
            names = _names(said, words.split("%s"))
            if names is not None:
                return f"{said} ({english % names})"
    return said


def _names(said: str, pieces: list[str]) -> tuple[str, ...] | None:
    """What stands between these."""
    first, *others = pieces
    if not said.startswith(first):
        return None
    names = []
    rest = said[len(first) :]
    for number, piece in enumerate(others, 1):
        end = len(rest) - len(piece) if number == len(others) else rest.find(piece)
        if end < 0 or rest[end : end + len(piece)] != piece:
            return None
        names.append(rest[:end])
        rest = rest[end + len(piece) :]
    return tuple(names) if not rest else None
