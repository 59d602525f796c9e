using Quittance.Storage.Rows;

namespace Quittance.Storage.Sealing;

/// <summary>
/// The tables that blocks seal. Not sealed is what follows from them (ledger accounts), what is deleted when it has served its time
/// (kept answers, deliveries, notices, tokens), and what is no part of the books (the vault, subscriptions, what installations show).
/// </summary>
internal static class SealedTables
{
    public static readonly SealedTable Statement = new(19, "statement",
    [
        Column("merchant_id", "bigint"), Key("id", "uuid"), Column("source", "text"), Column("account", "text"),
        Column("account_hash", "bytea"), Column("reference", "text"), Column("currency", "text"), Column("opening_minor", "bigint"),
        Column("closing_minor", "bigint"), Column("lines", "int"), Column("shared", "int"), Column("shared_minor", "bigint"),
        Column("first_on", "date"), Column("last_on", "date"), Column("file_name", "text"), Column("imported_at", "timestamptz"),
        Column("undone_at", "timestamptz"),
    ], Salt: null, Account: null);

    /// <summary>The audit log.</summary>
    public static readonly SealedTable OperatorAction = new(20, "operator_action",
    [
        Column("merchant_id", "bigint"), Key("request_id", "uuid"), Key("what", "text"), Key("subject", "text"),
        Column("at", "timestamptz"), Column("person_id", "uuid"), Column("who", "text"), Column("reason", "text"),
    ], Salt: null, Account: null)
    {
        IsLasting = true,
    };

    public static readonly SealedTable Credential = new(21, "credential",
    [
        Column("merchant_id", "bigint"), Key("id", "bigint"), Column("installation_id", "bigint"), Column("kind", "text"),
        Column("name", "text"), Column("secret_hash", "bytea"), Column("scopes", "text[]"),
        Column("created_at", "timestamptz"), Column("revoked_at", "timestamptz"),
    ], Salt: null, Account: null);

    /// <summary>The rest of a credential that a client of the authorisation server has: where it may send people back to.</summary>
    public static readonly SealedTable Client = new(22, "client",
    [
        Column("merchant_id", "bigint"), Key("credential_id", "bigint"), Column("name", "text"), Column("is_public", "boolean"),
        Column("redirect_uris", "text[]"),
    ], Salt: null, Account: null);

    /// <summary>The addresses to which requests for money go.</summary>
    public static readonly SealedTable ProviderAccount = new(23, "provider_account",
    [
        Column("merchant_id", "bigint"), Key("provider", "text"), Column("address", "text"), Column("sealed_keys", "bytea"),
        Column("changed_at", "timestamptz"),
    ], Salt: null, Account: null);

    /// <summary>The providers that charge the instruments that customers enter.</summary>
    public static readonly SealedTable ProviderRoute = new(51, "provider_route",
    [
        Column("merchant_id", "bigint"), Key("kind", "text"), Key("currency", "text"), Column("providers", "text[]"),
        Column("changed_at", "timestamptz"),
    ], Salt: null, Account: null);

    /// <summary>The bank accounts for customers' transfers.</summary>
    public static readonly SealedTable Payee = new(32, "payee",
    [
        Key("merchant_id", "bigint"), Column("iban", "text"), Column("name", "text"), Column("street", "text"),
        Column("postcode", "text"), Column("town", "text"), Column("country", "text"), Column("changed_at", "timestamptz"),
    ], Salt: null, Account: null);

    /// <summary>From which moment on customers see what of the merchant.</summary>
    public static readonly SealedTable MerchantProfile = new(35, "merchant_profile",
    [
        Column("merchant_id", "bigint"), Key("since", "timestamptz"), Column("legal_name", "text"), Column("line1", "text"),
        Column("line2", "text"), Column("postal_code", "text"), Column("city", "text"), Column("region", "text"),
        Column("country", "text"), Column("email", "text"), Column("phone", "text"), Column("website", "text"),
        Column("imprint", "text"), Column("privacy", "text"), Column("terms", "text"), Column("colour", "text"),
    ], Salt: null, Account: null)
    {
        IsLasting = true,
    };

    /// <summary>From which moment on the merchant has which logo.</summary>
    public static readonly SealedTable MerchantLogo = new(36, "merchant_logo",
    [
        Column("merchant_id", "bigint"), Key("since", "timestamptz"), Column("kind", "text"), Column("tag", "text"),
        Column("content", "bytea"),
    ], Salt: null, Account: null)
    {
        IsLasting = true,
    };

    /// <summary>The people who sign in at the console, with their rights. Their names are not sealed.</summary>
    public static readonly SealedTable Person = new(24, "person",
    [
        Column("merchant_id", "bigint"), Key("id", "uuid"), Column("password_hash", "bytea"), Column("salt", "bytea"),
        Column("iterations", "int"), Column("role", "text"), Column("created_at", "timestamptz"), Column("ended_at", "timestamptz"),
        Column("issuer", "text"), Column("subject", "text"),
        Column("is_initial", "boolean"), Column("sealed_secret", "bytea"), Column("secured_at", "timestamptz"),
        Column("recovery_codes", "bytea"), Column("reset_hash", "bytea"), Column("reset_until", "timestamptz"),
    ], Salt: null, Account: null);

    /// <summary>The devices with which people sign in. Their names and counters are not sealed.</summary>
    public static readonly SealedTable Passkey = new(30, "passkey",
    [
        Column("merchant_id", "bigint"), Key("id", "uuid"), Column("person_id", "uuid"), Column("credential_id", "bytea"),
        Column("public_key", "bytea"), Column("is_shared", "boolean"), Column("created_at", "timestamptz"),
        Column("ended_at", "timestamptz"),
    ], Salt: null, Account: null);

    /// <summary>From which moment on acts of operators need a second person, above which amount.</summary>
    public static readonly SealedTable ApprovalLimit = new(26, "approval_limit",
    [
        Column("merchant_id", "bigint"), Key("currency", "text"), Key("since", "timestamptz"), Column("amount_minor", "bigint"),
    ], Salt: null, Account: null)
    {
        IsLasting = true,
    };

    /// <summary>From which moment on customers are reminded of what is overdue, and when.</summary>
    public static readonly SealedTable DunningPolicy = new(42, "dunning_policy",
    [
        Column("merchant_id", "bigint"), Key("currency", "text"), Key("since", "timestamptz"), Column("minimum_minor", "bigint"),
        Column("days", "text[]"), Column("fees", "text[]"), Column("hands_over", "boolean"),
    ], Salt: null, Account: null)
    {
        IsLasting = true,
    };

    /// <summary>From which moment on stored instruments are charged again, and when.</summary>
    public static readonly SealedTable RetryPolicy = new(44, "retry_policy",
    [
        Column("merchant_id", "bigint"), Key("since", "timestamptz"), Column("days", "text[]"), Column("also_unexplained", "boolean"),
        Column("charges_fee", "boolean"),
    ], Salt: null, Account: null)
    {
        IsLasting = true,
    };

    /// <summary>From which moment on a run of dues begins by itself, and on which day of each month.</summary>
    public static readonly SealedTable DuePolicy = new(29, "due_policy",
    [
        Column("merchant_id", "bigint"), Key("since", "timestamptz"), Column("day", "int"), Column("method", "text"),
        Column("dialect", "text"), Column("minimum_minor", "bigint"), Column("currency", "text"), Column("set_by", "uuid"),
        Column("is_of_program", "boolean"), Column("autopay_only", "boolean"), Column("set_on", "date"),
    ], Salt: null, Account: null)
    {
        IsLasting = true,
    };

    /// <summary>From which moment on which mail customers get.</summary>
    public static readonly SealedTable MailPolicy = new(28, "mail_policy",
    [
        Column("merchant_id", "bigint"), Key("since", "timestamptz"), Column("kinds", "text[]"),
    ], Salt: null, Account: null)
    {
        IsLasting = true,
    };

    /// <summary>From which moment on which sentence of the merchant's own mails have.</summary>
    public static readonly SealedTable MailSentence = new(37, "mail_sentence",
    [
        Column("merchant_id", "bigint"), Key("kind", "text"), Key("language", "text"), Key("since", "timestamptz"),
        Column("sentence", "text"),
    ], Salt: null, Account: null)
    {
        IsLasting = true,
    };

    /// <summary>From which moment on what an accountant's DATEV has to know of the books.</summary>
    public static readonly SealedTable DatevChart = new(34, "datev_chart",
    [
        Column("merchant_id", "bigint"), Key("since", "timestamptz"), Column("consultant", "int"), Column("client", "int"),
        Column("first_month", "int"), Column("account_length", "int"), Column("lines", "text[]"), Column("numbers", "text[]"),
    ], Salt: null, Account: null)
    {
        IsLasting = true,
    };

    /// <summary>From which moment on which day of the books is the first open one.</summary>
    public static readonly SealedTable FirstOpenDay = new(57, "first_open_day",
    [
        Column("merchant_id", "bigint"), Key("since", "timestamptz"), Column("day", "date"),
    ], Salt: null, Account: null)
    {
        IsLasting = true,
    };

    /// <summary>The closings of months.</summary>
    public static readonly SealedTable Period = new(58, "period",
    [
        Column("merchant_id", "bigint"), Key("month", "date"), Key("closing", "int"), Column("closed_at", "timestamptz"),
        Column("closed_by", "text"), Column("trial_balance", "json"), Column("transfers", "bigint"), Column("journal_hash", "bytea"),
        Column("seal", "bytea"), Column("reopened_at", "timestamptz"), Column("reopened_by", "text"),
        Column("reopening_reason", "text"),
    ], Salt: null, Account: null);

    /// <summary>The last day for which a server has done the run.</summary>
    public static readonly SealedTable OverdueRun = new(59, "overdue_run",
    [
        Key("merchant_id", "bigint"), Column("done_on", "date"),
    ], Salt: null, Account: null);

    /// <summary>From which moment on by how much a line may be less than what it pays.</summary>
    public static readonly SealedTable SettlementTolerance = new(60, "settlement_tolerance",
    [
        Column("merchant_id", "bigint"), Key("currency", "text"), Key("since", "timestamptz"), Column("amount_minor", "bigint"),
        Column("percent_hundredths", "int"), Column("kind", "text"),
    ], Salt: null, Account: null)
    {
        IsLasting = true,
    };

    /// <summary>What a merchant says of lines that name nothing of ours.</summary>
    public static readonly SealedTable LineRule = new(61, "line_rule",
    [
        Column("merchant_id", "bigint"), Key("number", "int"), Personal("name", "text"), Column("use", "text"), Column("provider", "text"),
        Column("account_id", "uuid"), Column("bank_account", "text"), Column("direction", "text"), Personal("counterparty", "text"),
        Personal("counterparty_hash", "bytea"), Personal("words", "text"), Column("currency", "text"), Column("least_minor", "bigint"),
        Column("most_minor", "bigint"), Column("place", "int"), Column("is_on", "boolean"), Column("is_ended", "boolean"),
    ], Salt: "x.salt", Account: null);

    /// <summary>What a merchant says of the columns of its banks' CSV.</summary>
    public static readonly SealedTable StatementFormat = new(45, "statement_format",
    [
        Column("merchant_id", "bigint"), Key("number", "int"), Column("name", "text"), Column("header", "text[]"),
        Column("uses", "text[]"), Column("day_order", "text"), Column("decimal_sign", "text"), Column("currency", "text"),
        Column("account", "text"), Column("sealed_account", "bytea"), Column("is_ended", "boolean"),
    ], Salt: null, Account: null);

    /// <summary>Those whose rows lanes write, and the others.</summary>
    public static IReadOnlyList<SealedTable> All { get; } =
    [
        .. Tables.OnShelves.SelectMany(shelf => shelf.Sealed), Tables.Transfer.Sealed, Statement, OperatorAction, Credential, Client,
        ProviderAccount, ProviderRoute, Payee, MerchantProfile, MerchantLogo, Person, Passkey, ApprovalLimit, DunningPolicy, RetryPolicy,
        DuePolicy, MailPolicy, MailSentence, DatevChart, FirstOpenDay, Period, OverdueRun, SettlementTolerance, LineRule, StatementFormat,
    ];

    private static SealedColumn Column(string name, string type) => new(name, type, $"x.{name}");

    private static SealedColumn Personal(string name, string type) => Column(name, type) with { IsPersonal = true };

    private static SealedColumn Key(string name, string type) => Column(name, type) with { IsKey = true };
}
