using Quittance.BackOffice.Acts;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Storage;
using Quittance.Storage.Tenancy;

namespace Quittance.BackOffice.Approvals;

/// <summary>The limits above which a second person is needed.</summary>
public static class LimitActs
{
    public const string Limit = "limit";
    public const string Code = "currency";

    // A limit that ends is a limit that is set to none: the rules of verify hold each change to one action of this word.
    private const string Word = "limit.set";

    public static DeclaredAct Set { get; } = new(
        Word, "Sets the limit of a currency above which a second person is needed",
        "Refunds by operators that bring the refunded money of a payment above the limit wait for a second person; so do write-offs and "
        + "credit notes that bring above it what is given up of a charge. Other currencies have limits of their own.",
        OperatorRole.Admin, [new(Limit, AskKind.Amount, "Limit", "The amount above which a second person is needed.")],
        async request =>
        {
            var limit = request.Asked.Amount(Limit)!.Value;
            var changed = await SetAsync(request, limit.Currency, limit);
            return ActResult.Done(
                $"The limit is {limit}. It is for {limit.Currency.Code} alone: a currency without a limit of its own has none.",
                changed == ChangeOutcome.Made);
        })
    {
        Operation = new("setLimit", "limits", "Second person", Scopes.Administer),
    };

    public static DeclaredAct End { get; } = new(
        Word, "Ends the limit of a currency",
        "Every operator refunds any amount in the currency alone, and gives up any debt. Requests that wait stay.",
        OperatorRole.Admin, [Asks.Currency(Code, "The currency whose limit ends.")],
        async request =>
        {
            if (Asks.CurrencyIn(request.Asked, Code) is not { } currency)
                return Asks.NoCurrency(Code);
            var changed = await SetAsync(request, currency, null);
            return ActResult.Done($"{currency.Code} has no limit.", changed == ChangeOutcome.Made);
        })
    {
        Operation = new("endLimit", "limits/end", "Second person", Scopes.Administer),
    };

    private static Task<ChangeOutcome> SetAsync(ActRequest request, Currency currency, Money? limit) =>
        request.Part<ApprovalLimits>().SetAsync(
            request.Merchant, currency, limit?.AmountMinor,
            request.By($"limit {(limit is { } set ? $"{set}" : $"none in {currency.Code}")}"), request.Cancel);
}
