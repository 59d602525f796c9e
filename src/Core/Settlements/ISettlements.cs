using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Formats;

namespace Quittance.Core.Settlements;

/// <summary>A proposal for an open line. Accepting it equals choosing it.</summary>
/// <param name="Names">The objects by their own numbers or ids, which are unambiguous.</param>
/// <param name="Text">The proposal and its evidence.</param>
public sealed record LineProposal(SettlementChoice Choice, IReadOnlyList<string> Names, string Text)
{
    private const int MarkBytes = 8;

    /// <summary>The shortfall of what the line pays; null for nothing.</summary>
    public Shortfall? Shortfall { get; private init; }

    /// <summary>The ids of the same objects.</summary>
    public IReadOnlyList<Guid> Ids { get; private init; } = [];

    /// <summary>The charges that the line pays; none where it is something else.</summary>
    public IReadOnlyList<NamedCharge> Charges { get; private init; } = [];

    /// <inheritdoc cref="SettlementMatch.LeavesCredit"/>
    public bool LeavesCredit { get; private init; }

    /// <inheritdoc cref="SettlementMatch.HasTwoWitnesses"/>
    public bool HasTwoWitnesses { get; private init; }

    /// <summary>Tells it from another proposal: who has seen one accepts no other.</summary>
    public string Mark => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{Choice} {string.Join(' ', Ids)} {Shortfall?.Amount} {Shortfall?.Kind} {LeavesCredit}")).AsSpan(0, MarkBytes));

    /// <summary>The proposal of a match; null for none.</summary>
    public static LineProposal? Of(SettlementMatch match) => match switch
    {
        { IsProposal: false } => null,
        { Collection: { } file } => new LineProposal(
            SettlementChoice.Collection, [file.Number.ToString(CultureInfo.InvariantCulture)], match.Finding)
        {
            Ids = [file.Id.Value],
        },
        { Lump: { } lump } => new LineProposal(
            SettlementChoice.Return, [.. lump.Payments.Select(one => one.Number.ToString(CultureInfo.InvariantCulture))], match.Finding)
        {
            Ids = [.. lump.Payments.Select(one => one.Id.Value)],
        },
        { IsReturn: true, Payment: { } payment } =>
            new LineProposal(SettlementChoice.Return, [payment.Value.ToString("D")], match.Finding) { Ids = [payment.Value] },
        { Customer: { } customer, Account: var (account, _) } => new LineProposal(
            SettlementChoice.Customer, [customer.ToString(CultureInfo.InvariantCulture)], match.Finding)
        {
            Ids = [account.Value],
        },
        { Payment: { } payment } => new LineProposal(SettlementChoice.Payment, [payment.Value.ToString("D")], match.Finding)
        {
            Ids = [payment.Value],
        },
        { Use: SettlementUse.Payout, Settles: { } report } =>
            new LineProposal(SettlementChoice.Payout, [report.ToString("D")], match.Finding) { Ids = [report] },
        _ => new LineProposal(
            SettlementChoice.Charge, [.. match.Charges.Select(charge => charge.Number.ToString(CultureInfo.InvariantCulture))],
            match.Finding)
        {
            Shortfall = match.Shortfall,
            Charges = match.Charges,
            LeavesCredit = match.LeavesCredit,
            HasTwoWitnesses = match.HasTwoWitnesses,
            Ids = [.. match.Charges.Select(charge => charge.Id.Value)],
        },
    };
}

/// <summary>Narrows a list of lines.</summary>
/// <param name="Sign">1 for money in, -1 for money out, 0 for both.</param>
/// <param name="Text">
/// A part of the other party's name, of the text or of a reference, or an amount as people type it; null for any.
/// </param>
public sealed record LineFilter(int Sign, string? Text)
{
    /// <summary>Narrows nothing.</summary>
    public static readonly LineFilter None = new(0, null);

    /// <summary>The words for money in and money out.</summary>
    public static readonly IReadOnlyList<string> Directions = ["in", "out"];

    /// <summary>The bank account, masked as statements show it; null for any.</summary>
    public string? Account { get; init; }

    /// <summary>The last day on which the bank may have booked them; null for any.</summary>
    public DateOnly? Until { get; init; }

    private const int LastSigns = 4;

    // Of two, of no and of three decimals.
    private static readonly Currency[] Read = [Currency.Parse("EUR"), Currency.Parse("JPY"), Currency.Parse("KWD")];

    /// <summary>The amounts in minor units that the text can be, by the decimals of a currency.</summary>
    public long[] AmountsMinor => Text is null ? []
        :
        [
            .. Read.Select(currency => TypedAmount.Read(Text, currency, out var amount) is null ? amount.AmountMinor : 0)
                .Where(minor => minor > 0),
        ];

    /// <summary>
    /// The bank account that somebody types: as statements show it, in full, or by its last four signs where one alone has them; null
    /// where no account or several are meant.
    /// </summary>
    /// <param name="accounts">Those of statements, masked.</param>
    public static string? AccountOf(string typed, IReadOnlyList<string> accounts)
    {
        if (accounts.Contains(typed))
            return typed;
        var signs = string.Concat(typed.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        if (signs.Length < LastSigns)
            return null;
        string[] meant =
        [
            .. accounts.Where(account => account.EndsWith(signs[^LastSigns..], StringComparison.OrdinalIgnoreCase)
                && (signs.Length == LastSigns || account.StartsWith(signs[..2], StringComparison.OrdinalIgnoreCase))),
        ];
        return meant is [var only] ? only : null;
    }

    /// <summary>Says that no statement has a bank account that somebody types.</summary>
    /// <param name="accounts">Those of statements, masked.</param>
    public static string NoSuchAccount(IReadOnlyList<string> accounts) =>
        accounts.Count == 0 ? "No bank statement is imported yet."
            : $"Statements show {string.Join(", ", accounts)}: name one, or the last four signs that one alone has.";

    /// <summary>The sign of a word for a direction; 0 for none.</summary>
    public static int SignOf(string? direction) => direction switch { "in" => 1, "out" => -1, _ => 0 };
}

/// <summary>The statements of banks and providers: reads them, imports them, and books their lines.</summary>
public interface ISettlements
{
    /// <summary>A part of the list of a merchant's statements, the newest first.</summary>
    Task<ListSlice<ListedStatement>> StatementsAsync(ListQuery query, CancellationToken cancel);

    /// <summary>A statement; null where the merchant has none of this id.</summary>
    Task<ListedStatement?> StatementAsync(StatementId id, CancellationToken cancel);

    /// <summary>A part of the list of a statement's lines, in its order.</summary>
    /// <param name="status">Where they stand; null for all.</param>
    Task<ListSlice<SettlementLine>> LinesAsync(
        ListQuery query, StatementId statement, SettlementStatus? status, CancellationToken cancel);

    /// <summary>A part of the list of the lines of a merchant that stand so, the newest first.</summary>
    Task<ListSlice<SettlementLine>> LinesAsync(
        ListQuery query, SettlementStatus status, LineFilter filter, CancellationToken cancel);

    /// <summary>The bank accounts of a merchant's statements, masked as these show them.</summary>
    Task<IReadOnlyList<string>> AccountsAsync(MerchantId merchant, CancellationToken cancel);

    /// <summary>A line; null where the merchant has none of this id.</summary>
    Task<SettlementLine?> LineAsync(SettlementLineId id, CancellationToken cancel);

    /// <summary>The proposals for the open ones of these lines; lines without one are left out.</summary>
    Task<IReadOnlyDictionary<SettlementLineId, LineProposal>> ProposalsAsync(
        MerchantId merchant, IEnumerable<SettlementLine> lines, CancellationToken cancel);

    /// <summary>
    /// What the open ones of these lines are proposed to be, and what else they may be; lines of which nothing is known are left out.
    /// </summary>
    Task<IReadOnlyDictionary<SettlementLineId, LineChoices>> ChoicesAsync(
        MerchantId merchant, IEnumerable<SettlementLine> lines, CancellationToken cancel);

    /// <summary>The rules for lines that name nothing of ours, in their order.</summary>
    /// <param name="ended">Those that were ended in their place, the last ones first.</param>
    Task<IReadOnlyList<LineRule>> RulesAsync(MerchantId merchant, bool ended, CancellationToken cancel);

    /// <summary>What a rule would have done with the lines of the last months.</summary>
    Task<RuleTrial> TryAsync(LineRule rule, CancellationToken cancel);

    /// <summary>The formats of CSV that a merchant keeps, with its bank accounts masked.</summary>
    Task<IReadOnlyList<KeptFormat>> FormatsAsync(MerchantId merchant, CancellationToken cancel);

    /// <summary>Imports a whole file, or nothing of a refused one, and books the lines that are certain.</summary>
    /// <param name="fileName">The name for people.</param>
    /// <param name="options">The client's words about the file.</param>
    /// <param name="origin">The source. The audit log has it where the import changes something.</param>
    /// <param name="key">The idempotency key of the request; null for none.</param>
    Task<DeskOutcome> ImportAsync(
        ReadOnlyMemory<byte> file, string fileName, ReadingOptions options, Origin origin, KeyUse? key, CancellationToken cancel);

    /// <summary>Books a line, or leaves it out.</summary>
    /// <param name="names">
    /// The charges, the customer, the payments, the collections, or the provider or the report of a collective credit; empty where the
    /// choice needs no name.
    /// </param>
    /// <param name="note">The reason; kept with the line.</param>
    /// <param name="key">The idempotency key of the request; null for none.</param>
    /// <param name="shortfall">
    /// What did not come of charges or of a customer's debts, within the merchant's tolerance; the bank's charges inside the line, of a
    /// return or a collection. Null where the client did not say.
    /// </param>
    Task<ChoiceOutcome> BookAsChosenAsync(
        SettlementLine line, SettlementChoice choice, IReadOnlyList<string> names, Origin origin, string? note, CancellationToken cancel,
        KeyUse? key = null, Shortfall? shortfall = null, int? seen = null);

    /// <summary>
    /// Splits a line into parts that add up to it exactly, and books each for what it is. What the books do not take as they are refuses
    /// the whole; a part that they refuse later waits as an open line, with the reason.
    /// </summary>
    /// <param name="note">The reason; kept with the line and its parts.</param>
    /// <param name="key">The idempotency key of the request; null for none.</param>
    Task<ChoiceOutcome> SplitAsync(
        SettlementLine line, IReadOnlyList<SplitPart> parts, Origin origin, string? note, KeyUse? key, CancellationToken cancel);

    /// <summary>Takes the booking of a line back, and those of its parts.</summary>
    /// <param name="seen">How many events the line had when its booking was looked at: no later booking is taken back.</param>
    Task<Outcome> UnbookAsync(SettlementLine line, int seen, string reason, Origin origin, KeyUse? key, CancellationToken cancel);
}
