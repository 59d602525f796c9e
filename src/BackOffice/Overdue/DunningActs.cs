using System.Globalization;
using Quittance.BackOffice.Acts;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Overdue;
using Quittance.Storage.Overdue;

namespace Quittance.BackOffice.Overdue;

/// <summary>When customers are dunned. Quittance's own API has the levels as a list, in an operation of its own.</summary>
public static class DunningActs
{
    public const string Code = "currency";
    public const string Levels = "levels";
    public const string Agency = "agency";
    public const string Minimum = "minimum";

    private const string Word = "dunning.policy";
    private const int LongestLevels = 200;
    private const int LongestAmount = 40;

    public static DeclaredAct SetPolicy { get; } = new(
        Word, "Sets when customers billed in a currency are dunned",
        "It decides from the next run on. A level that a customer has reached stays.",
        OperatorRole.Admin, [
            Asks.Currency(Code, "The currency of the customers' bills."),
            new(
                Levels, AskKind.Text, "Levels",
                "The days after the due day, with semicolons between, each with its fee behind a colon where it has one: 14; 28:5.00.")
            {
                Most = LongestLevels,
            },
            new(Agency, AskKind.Flag, "Agency", "From the last level on an agency collects the debt."),
            new(Minimum, AskKind.Text, "Smallest debt", "The overdue amount below which no customer is dunned; none without it.")
            {
                IsOptional = true,
                Most = LongestAmount,
            },
        ], SetAsync);

    public static DeclaredAct EndPolicy { get; } = new(
        Word, "Ends the policy of a currency",
        "No customer is dunned in the currency any more. A level that a customer has reached stays.",
        OperatorRole.Admin, [Asks.Currency(Code, "The currency whose policy ends.")],
        async request =>
        {
            if (Asks.CurrencyIn(request.Asked, Code) is not { } currency)
                return Asks.NoCurrency(Code);
            await ChangeAsync(request, currency, null);
            return ActResult.Done($"No customer is dunned in {currency.Code}.");
        });

    /// <summary>The levels of a policy, as <see cref="SetPolicy"/> takes them.</summary>
    public static string TextOf(DunningPolicy policy) => string.Join(
        "; ", policy.Levels.Select(level => level.FeeMinor == 0 ? $"{level.AfterDays}"
            : $"{level.AfterDays}:{new Money(level.FeeMinor, policy.Currency).ToText(AmountDecimals.Full)}"));

    private static async Task<ActResult> SetAsync(ActRequest request)
    {
        var asked = request.Asked;
        if (Asks.CurrencyIn(asked, Code) is not { } currency)
            return Asks.NoCurrency(Code);
        List<DunningLevel> levels = [];
        foreach (var text in asked.Required(Levels).Split(';', StringSplitOptions.TrimEntries))
        {
            if (LevelOf(text, currency) is not { } level)
            {
                return ActResult.Wrong(
                    Levels, "A level is the days after the due day, with a fee behind a colon where it has one: 28:5.00.");
            }

            levels.Add(level);
        }

        if (asked.Flag(Agency))
            levels[^1] = levels[^1] with { HandsOver = true };
        if (!DunningPolicy.AreLevels(levels))
        {
            return ActResult.Wrong(
                Levels, $"A policy has 1 to {DunningPolicy.MostLevels} levels, each more days after the due day than the one before, and "
                    + $"at most {DunningPolicy.MostDays}.");
        }

        if (TypedAmount.ReadOptional(asked.Text(Minimum), currency, out var minimum, mayBeZero: true) is { } problem)
            return ActResult.Wrong(Minimum, problem);
        await ChangeAsync(request, currency, new DunningPolicy(request.Merchant, currency, minimum?.AmountMinor ?? 0, levels));
        return ActResult.Done($"The policy of {currency.Code} has {levels.Count} levels.");
    }

    private static Task ChangeAsync(ActRequest request, Currency currency, DunningPolicy? policy) =>
        request.Part<DunningPolicies>().SetAsync(
            request.Merchant, currency, policy, request.By($"dunning in {currency.Code}"), key: null, request.Cancel);

    private static DunningLevel? LevelOf(string text, Currency currency)
    {
        var parts = text.Split(':', 2);
        Money? fee = null;
        return int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var days)
            && (parts.Length == 1 || TypedAmount.ReadOptional(parts[1], currency, out fee, mayBeZero: true) is null)
            ? new DunningLevel(days, fee?.AmountMinor ?? 0) : null;
    }
}
