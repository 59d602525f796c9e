using Quittance.BackOffice.Acts;
using Quittance.BackOffice.BankCollections;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Dues;
using Quittance.Core.Engine;
using Quittance.Storage.Dues;

namespace Quittance.BackOffice.Dues;

/// <summary>Collecting what is due. Quittance's own API has a form of its own, which can also be dry.</summary>
public static class DueActs
{
    public const string Word = "dues.collect";
    public const string Until = "until";
    public const string Method = "method";
    public const string Api = "api";
    public const string Minimum = "minimum";
    public const string AutopayOnly = "autopay";
    public const string Run = "run";
    public const string Day = "day";

    private const string PolicyWord = "dues.policy";
    private const int LongestApi = 40;

    /// <summary>What narrows a run.</summary>
    private static IReadOnlyList<Ask> Filters =>
    [
        new(Method, AskKind.Word, "Method", "Only from customers who are charged so: all if left out.")
        {
            IsOptional = true,
            Words = EnumWords.All<DueWay>(),
        },
        new(Api, AskKind.Text, "API", "Only from customers whom clients of this API have named: all if left out.")
        {
            IsOptional = true,
            Most = LongestApi,
        },
        new(Minimum, AskKind.Amount, "Smallest payment", "No payment in this currency is made of less.") { IsOptional = true },
        new(AutopayOnly, AskKind.Flag, "Autopay", "Only from customers who chose autopay."),
    ];

    public static DeclaredAct Collect { get; } = new(
        Word, "Collects what is due until a day from customers' stored cards and bank accounts",
        "Each charge that is due is asked for once, by a payment of its own. The server does it from now on; debits of your own bank wait "
        + "for the next collection.",
        OperatorRole.Operator, [new(Until, AskKind.Day, "Due until", "The last due day, such as 2027-01-31."), .. Filters],
        async request =>
        {
            var filter = FilterOf(request.Asked);
            if (NoApi(request, filter) is { } problem)
                return problem;
            var outcome = await request.Part<DueDesk>().BeginAsync(
                request.Merchant, filter, request.By($"dues until {filter.Until:yyyy-MM-dd}"), request.Key, request.Cancel);
            // What begins is not read back: the read could fail behind the commit. The run's page tells which it is.
            return outcome.Accepted ? ActResult.Done("The run has begun, or waits until another person releases it.")
                : ActResult.Refused(outcome.Faults[0].Refusal);
        })
    {
        IsGrave = false,
    };

    private static readonly Ask Which = new(Run, AskKind.Whole, "Run", "Its number.") { Most = long.MaxValue };

    /// <summary>People do it in the console, where the books can tell them apart.</summary>
    public static DeclaredAct Release { get; } = new(
        "dues.release", "Releases a run that waits for a second person",
        "The server asks customers for what is due then. Another person than the one who began the run releases it.",
        OperatorRole.Operator, [Which],
        request => StepAsync(
            request, run => run.Status == DueRunStatus.Waiting, "does not wait for a second person",
            (origin, id) => new ReleaseDues(origin, id), "is released"));

    public static DeclaredAct Stop { get; } = new(
        "dues.stop", "Stops a run that collects what is due",
        "Nothing more is asked for. What was asked for goes on: a payment can be refunded, and a debit left out of its file.",
        OperatorRole.Operator, [Which],
        request => StepAsync(
            request, run => run.IsOpen, "has ended", (origin, id) => new StopDues(origin, id), "is stopped"))
    {
        Operation = new("stopDues", "dues/stop", "Dues", Scopes.Pay),
        IsGrave = false,
    };

    public static DeclaredAct SetPolicy { get; } = new(
        PolicyWord, "Has a run of dues begin by itself, each month on one of its business days",
        "From the first such day after today on, a server collects what is due by the day, as a person would. Above the limit the run "
        + "waits until another person than the one who set this releases it. What no server began on its day begins late, in the same "
        + "month.",
        OperatorRole.Admin,
        [
            new(Day, AskKind.Whole, "Business day", "1 for the first business day of the month, 3 for the third; at most 20.")
            {
                Most = DuePolicy.MostDay,
            },
            .. Filters,
        ],
        async request =>
        {
            var filter = FilterOf(request.Asked, DateOnly.MaxValue);
            if (NoApi(request, filter) is { } problem)
                return problem;
            var (day, by) = ((int)request.Asked.Whole(Day)!.Value, request.By("monthly dues"));
            var policy = await request.Part<DuePolicies>().SetAsync(
                request.Merchant, new DuePolicy(request.Merchant, day, filter, default)
                {
                    SetBy = by.Action?.Person,
                    IsOfProgram = !by.IsOfOperator,
                },
                by, request.Cancel);
            var today = await request.TodayAsync();
            var state = await request.Part<DuePolicies>().LookAsync(request.Merchant, today, request.Cancel);
            if (policy is null || state.NextAfter(today) is not { } next)
                return ActResult.Refused("Somebody has ended it meanwhile.");
            var isOver = policy.DayIn(today) <= today && policy.DueBy(today) is null && !state.HasMonth;
            return ActResult.Done(
                $"The next run begins by itself on {next:yyyy-MM-dd}."
                + (isOver ? " This month has none by itself: collect by hand what is due." : ""));
        })
    {
        Operation = new("setDuesPolicy", "dues/policy", "Dues", Scopes.Administer),
    };

    public static DeclaredAct EndPolicy { get; } = new(
        PolicyWord, "Ends the monthly runs of dues",
        "No run begins by itself any more. One that has begun goes on: stop it on its page.",
        OperatorRole.Admin, [],
        async request =>
        {
            await request.Part<DuePolicies>().SetAsync(request.Merchant, null, request.By("monthly dues", "ended"), request.Cancel);
            return ActResult.Done("No run of dues begins by itself.");
        })
    {
        Operation = new("endDuesPolicy", "dues/policy/end", "Dues", Scopes.Administer),
    };

    private static ActResult? NoApi(ActRequest request, DueFilter filter) =>
        filter.Dialect is { } api && request.Part<CustomerNames>().Apis is var apis && !apis.Contains(api, StringComparer.Ordinal)
            ? ActResult.Wrong(Api, $"Name one of {string.Join(", ", apis)}.") : null;

    private static async Task<ActResult> StepAsync(
        ActRequest request, Func<DueRun, bool> mayBe, string whyNot, Func<Origin, DueRunId, Command> make, string done)
    {
        var number = request.Asked.Whole(Run)!.Value;
        if (await request.Part<DueReading>().FindAsync(request.Merchant, number, request.Cancel) is not { } run)
            return ActResult.NoSuch(Run, "run", "There is no such run.");
        var outcome = await request.Part<PaymentEngine>().SubmitAsync(
            make(request.By($"run {number}"), run.Id) with { Key = request.Key });
        if (outcome.Accepted)
            return ActResult.Done($"Run {number} {done}.");
        return mayBe(run) ? ActResult.Refused(outcome.Faults[0].Refusal) : ActResult.Refused($"Run {number} {whyNot}.");
    }

    /// <summary>What the answers ask for.</summary>
    public static DueFilter FilterOf(Asked asked) => FilterOf(asked, asked.Day(Until)!.Value);

    private static DueFilter FilterOf(Asked asked, DateOnly until) => new(until)
    {
        Way = EnumWords.Find<DueWay>(asked.Text(Method)),
        Dialect = asked.Text(Api),
        Minimum = asked.Amount(Minimum),
        IsAutopayOnly = asked.Flag(AutopayOnly),
    };
}
