using Quittance.BackOffice.BankCollections;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Dues;

namespace Quittance.BackOffice.Dues;

/// <summary>Collecting what is due. Quittance's own API has a form of its own, which can also be dry.</summary>
public static class DueActs
{
    public const string Word = "dues.collect";
    public const string Until = "until";
    public const string Method = "method";
    public const string Api = "api";
    public const string Minimum = "minimum";

    private const int LongestApi = 40;

    public static DeclaredAct Collect { get; } = new(
        Word, "Collects what is due until a day from customers' stored cards and bank accounts",
        "Each charge that is due is asked for once, by a payment of its own. The server does it from now on; debits of your own bank wait "
        + "for the next collection.",
        OperatorRole.Operator, [
            new(Until, AskKind.Day, "Due until", "The last due day, such as 2027-01-31."),
            new(Method, AskKind.Word, "Method", "Only from customers who are charged so: all without this.")
            {
                IsOptional = true,
                Words = EnumWords.All<DueWay>(),
            },
            new(Api, AskKind.Text, "API", "Only from customers whom clients of this API have named: all without this.")
            {
                IsOptional = true,
                Most = LongestApi,
            },
            new(Minimum, AskKind.Amount, "Smallest payment", "No payment in this currency is made of less.") { IsOptional = true },
        ],
        async request =>
        {
            var filter = FilterOf(request.Asked);
            if (filter.Dialect is { } api && request.Part<CustomerNames>().Apis is var apis && !apis.Contains(api, StringComparer.Ordinal))
                return ActResult.Wrong(Api, $"Name one of {string.Join(", ", apis)}.");
            var outcome = await request.Part<DueDesk>().BeginAsync(
                request.Merchant, filter, request.By($"dues until {filter.Until:yyyy-MM-dd}"), request.Key, request.Cancel);
            return outcome.Accepted ? ActResult.Done("The run has begun.") : ActResult.Refused(outcome.Faults[0].Refusal);
        })
    {
        IsGrave = false,
    };

    /// <summary>What the answers ask for.</summary>
    public static DueFilter FilterOf(Asked asked) => new(asked.Day(Until)!.Value)
    {
        Way = EnumWords.Find<DueWay>(asked.Text(Method)),
        Dialect = asked.Text(Api),
        Minimum = asked.Amount(Minimum),
    };
}
