using Quittance.Core;
using Quittance.Core.Overdue;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiResponses;

namespace Quittance.Dialects.OwnApi.Overdue;

/// <summary>A policy of tries to set; no days end it.</summary>
internal sealed record RetryPolicyRequest(IReadOnlyList<int> AfterDays, bool AlsoUnexplained, bool ChargesFee, string? Reason);

/// <summary>The requests and answers about the tries of failed payments.</summary>
internal static class RetryShapes
{
    private const string Unexplained = "Whether to try again also where the provider gave no reason, and after a returned debit.";
    private const string Fee = "Whether the customer pays the provider's fee of a debit that the bank returned.";

    private static readonly Resource<int> PlannedTry = new(null, "A try.")
    {
        { Required("after_days", Whole("The days after the first failure.", 1, RetryPolicy.MostDays)), days => (long?)days },
    };

    public static readonly Resource<RetryPolicy> Policy = new("RetryPolicy", "When failed payments are tried again.")
    {
        {
            Required("tries", List(PlannedTry, "The tries, the first one first; none to try nothing again.")), PlannedTry,
            policy => policy.AfterDays
        },
        { Required("also_unexplained", Flag(Unexplained)), policy => (bool?)policy.AlsoUnexplained },
        { Required("charges_fee", Flag(Fee)), policy => (bool?)policy.ChargesFee },
    };

    public static readonly Shape PolicyCreate = Object(
        "RetryPolicyCreate", "When failed payments are to be tried again.",
        Required("tries", List(
            Inline(
                "A try.",
                Required("after_days", Whole("The days after the first failure, more than of the try before.", 1, RetryPolicy.MostDays)))
                .Closed(),
            "The tries, the first one first; none ends the policy.", RetryPolicy.MostTries)),
        Optional("also_unexplained", Flag(Unexplained)), Optional("charges_fee", Flag(Fee)), OwnApiRequests.Because).Closed();

    private static readonly Resource<PaymentRetry> Try = new(null, "A payment that tries it again.")
    {
        { Required("try", Whole("Which try it is.", 1, RetryPolicy.MostTries)), one => (long?)one.Id.Nth },
        { Required("payment", Uuid("The payment.")), one => (Guid?)one.Payment.Value },
        { Required("on", Day("Its day.")), one => TextOf(one.TriedOn) },
    };

    public static readonly Resource<PaymentTries> Tries = new("PaymentTries", "The tries of a failed payment.")
    {
        { Required("payment", Uuid("The payment that failed first.")), shown => (Guid?)shown.First.Value },
        { Required("tries", List(Try, "The payments that try it again, the first one first.")), Try, shown => shown.Tries },
        {
            Optional("next_on", Day("The day of the next try, or a day that is over where the next run of the server makes it.")),
            shown => TextOf(shown.Next.On)
        },
        {
            Optional("why", Word("Why there is no try today.", EnumWords.All<RetryWait>())),
            shown => shown.Next.Why is { } why ? EnumWords.Of(why) : null
        },
    };

    /// <summary>Reads a policy to set.</summary>
    public static Reading<RetryPolicyRequest, OwnApiProblem> ReadPolicy(ReadOnlyMemory<byte> body) => OwnApiRequests.Read(body, fields =>
    {
        List<int> days = [];
        foreach (var one in fields.Array("tries", RetryPolicy.MostTries, required: true)?.Objects() ?? [])
        {
            days.Add((int)(one.Integer("after_days", 1, RetryPolicy.MostDays, required: true) ?? 0));
            one.RefuseUnknown();
        }

        if (days.Count > 0 && days.TrueForAll(day => day > 0) && !RetryPolicy.AreDays(days))
            fields.Refuse("tries", FieldProblem.OutOfRange, "tries of which each is later than the one before");
        var asked = new RetryPolicyRequest(
            days, fields.Boolean("also_unexplained") ?? false, fields.Boolean("charges_fee") ?? false,
            fields.Name("reason", OwnApiRequests.MostText, required: true));
        fields.RefuseUnknown();
        return asked;
    });
}
