using Quittance.Storage.Rows;

namespace Quittance.Storage.Sealing;

/// <summary>
/// The tables that blocks seal. Not sealed is what follows from them (ledger accounts), what is deleted when it has served its time
/// (kept answers, deliveries, notices, tokens), and what is no part of the books (the vault, addresses, people who sign in).
/// </summary>
internal static class SealedTables
{
    public static readonly SealedTable Statement = new(19, "statement",
    [
        Column("merchant_id", "bigint"), Key("id", "uuid"), Column("source", "text"), Column("account", "text"),
        Column("account_hash", "bytea"), Column("reference", "text"), Column("currency", "text"), Column("opening_minor", "bigint"),
        Column("closing_minor", "bigint"), Column("lines", "int"), Column("shared", "int"), Column("shared_minor", "bigint"),
        Column("first_on", "date"), Column("last_on", "date"), Column("file_name", "text"), Column("imported_at", "timestamptz"),
    ], Salt: null, Account: null);

    /// <summary>The audit log.</summary>
    public static readonly SealedTable OperatorAction = new(20, "operator_action",
    [
        Column("merchant_id", "bigint"), Key("request_id", "uuid"), Key("what", "text"), Key("subject", "text"),
        Column("at", "timestamptz"), Column("person_id", "uuid"), Column("who", "text"), Column("reason", "text"),
    ], Salt: null, Account: null);

    public static readonly SealedTable Credential = new(21, "credential",
    [
        Column("merchant_id", "bigint"), Key("id", "bigint"), Column("installation_id", "bigint"), Column("kind", "text"),
        Column("name", "text"), Column("secret_hash", "bytea"), new("scopes", "text", "array_to_string(x.scopes, ' ')"),
        Column("created_at", "timestamptz"), Column("revoked_at", "timestamptz"),
    ], Salt: null, Account: null);

    public static IReadOnlyList<SealedTable> All { get; } =
    [
        Tables.Account.Sealed, Tables.AccountHolder.Sealed, Tables.Reference.Sealed, Tables.Order.Sealed, Tables.Charge.Sealed,
        Tables.Instrument.Sealed, Tables.Mandate.Sealed, Tables.Payment.Sealed, Tables.Event.Sealed, Tables.Transfer.Sealed,
        Tables.Attempt.Sealed, Tables.Claim.Sealed, Tables.Dispute.Sealed, Tables.Session.Sealed, Tables.Departure.Sealed,
        Tables.Booking.Sealed, Tables.Refund.Sealed, Tables.SettlementLine.Sealed, Statement, OperatorAction, Credential,
    ];

    private static SealedColumn Column(string name, string type) => new(name, type, $"x.{name}");

    private static SealedColumn Key(string name, string type) => Column(name, type) with { IsKey = true };
}
