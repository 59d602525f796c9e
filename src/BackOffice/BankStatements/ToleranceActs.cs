using System.Globalization;
using Quittance.BackOffice.Acts;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Ledger;
using Quittance.Core.Settlements;
using Quittance.Storage.Settlements;

namespace Quittance.BackOffice.BankStatements;

/// <summary>By how much a line of a bank may be less than what it pays.</summary>
public static class ToleranceActs
{
    public const string Code = "currency";
    public const string Most = "amount";
    public const string Percent = "percent";
    public const string Kind = "as";

    // As for limits: the rules of verify hold each change of a tolerance to one action of this word.
    private const string Word = "tolerance.set";
    private const decimal MostPercent = 100;
    private const int LongestPercent = 6;

    public static DeclaredAct Set { get; } = new(
        Word, "Sets by how much a line may be less than what it pays",
        "A line that is less by at most so much is proposed with its difference. With an amount and a percentage, both hold.",
        OperatorRole.Admin, [
            Asks.Currency(Code, "The currency of the lines."),
            new(Most, AskKind.Text, "Largest difference", "Such as 2.00, in the currency.") { IsOptional = true, Most = 40 },
            new(Percent, AskKind.Text, "In percent of what is paid", "Such as 1.5.") { IsOptional = true, Most = LongestPercent },
            new(Kind, AskKind.Word, "A difference is", "What a difference is, where you do not say otherwise: a fee if left out.")
            {
                IsOptional = true,
                Words = EnumWords.All<ShortfallKind>(),
            },
        ], SetAsync)
    {
        Operation = new("setTolerance", "tolerances", "Statements", Scopes.Administer),
    };

    public static DeclaredAct End { get; } = new(
        Word, "Ends the tolerance of a currency",
        "A line in the currency pays what came, and no more.",
        OperatorRole.Admin, [Asks.Currency(Code, "The currency whose tolerance ends.")],
        async request =>
        {
            if (Asks.CurrencyIn(request.Asked, Code) is not { } currency)
                return Asks.NoCurrency(Code);
            await ChangeAsync(request, currency, null);
            return ActResult.Done($"The tolerance is none in {currency.Code}.");
        })
    {
        Operation = new("endTolerance", "tolerances/end", "Statements", Scopes.Administer),
    };

    private static async Task<ActResult> SetAsync(ActRequest request)
    {
        var asked = request.Asked;
        if (Asks.CurrencyIn(asked, Code) is not { } currency)
            return Asks.NoCurrency(Code);
        if (!asked.Has(Most) && !asked.Has(Percent))
            return ActResult.Wrong(Most, "Say an amount, a percentage, or both.");
        if (TypedAmount.ReadOptional(asked.Text(Most), currency, out var most) is { } problem)
            return ActResult.Wrong(Most, problem);
        if (asked.Text(Percent) is { } typed && HundredthsOf(typed) is null)
            return ActResult.Wrong(Percent, "A percentage is above 0 and at most 100 and has at most two decimals, such as 1.5.");
        var kind = EnumWords.Find<ShortfallKind>(asked.Text(Kind) ?? "") ?? ShortfallKind.Fee;
        var tolerance = new SettlementTolerance(
            request.Merchant, currency, most?.AmountMinor, asked.Text(Percent) is { } percent ? HundredthsOf(percent) : null, kind);
        await ChangeAsync(request, currency, tolerance);
        return ActResult.Done($"The tolerance is {TextOf(currency, tolerance)}.");
    }

    private static Task ChangeAsync(ActRequest request, Currency currency, SettlementTolerance? tolerance) =>
        request.Part<SettlementTolerances>().SetAsync(
            request.Merchant, currency, tolerance, request.By($"tolerance {TextOf(currency, tolerance)}"), request.Cancel);

    private static string TextOf(Currency currency, SettlementTolerance? tolerance) =>
        tolerance is null ? $"none in {currency.Code}" : $"{tolerance} in {currency.Code}, {EnumWords.Of(tolerance.Kind)}";

    private static int? HundredthsOf(string typed) =>
        decimal.TryParse(typed, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            && percent is > 0 and <= MostPercent && percent * 100 == decimal.Truncate(percent * 100) ? (int)(percent * 100) : null;
}
