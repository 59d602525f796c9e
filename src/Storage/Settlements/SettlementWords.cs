using Quittance.Core.Settlements;

namespace Quittance.Storage.Settlements;

/// <summary>The words that stand in the database for what is said of statements. They never change: old rows keep them.</summary>
internal static class SettlementWords
{
    private static readonly Dictionary<string, StatementSource> Sources = Enum.GetValues<StatementSource>().ToDictionary(Of);
    private static readonly Dictionary<string, SettlementLineKind> Kinds = Enum.GetValues<SettlementLineKind>().ToDictionary(Of);
    private static readonly Dictionary<string, SettlementStatus> Statuses = Enum.GetValues<SettlementStatus>().ToDictionary(Of);
    private static readonly Dictionary<string, SettlementUse> Uses = Enum.GetValues<SettlementUse>().ToDictionary(Of);

    public static string Of(StatementSource source) => source switch
    {
        StatementSource.Camt => "camt",
        StatementSource.Csv => "csv",
        StatementSource.Payout => "payout",
    };

    public static string Of(SettlementLineKind kind) => kind switch
    {
        SettlementLineKind.Entry => "entry",
        SettlementLineKind.Payment => "payment",
        SettlementLineKind.Refund => "refund",
        SettlementLineKind.Chargeback => "chargeback",
        SettlementLineKind.Fee => "fee",
    };

    public static string Of(SettlementStatus status) => status switch
    {
        SettlementStatus.Open => "open",
        SettlementStatus.Booked => "booked",
        SettlementStatus.Ignored => "ignored",
    };

    public static string Of(SettlementUse use) => use switch
    {
        SettlementUse.Transfer => "transfer",
        SettlementUse.Payout => "payout",
        SettlementUse.Fee => "fee",
        SettlementUse.Reported => "reported",
    };

    public static StatementSource ToSource(string word) => Sources[word];

    public static SettlementLineKind ToKind(string word) => Kinds[word];

    public static SettlementStatus ToStatus(string word) => Statuses[word];

    public static SettlementUse ToUse(string word) => Uses[word];
}
