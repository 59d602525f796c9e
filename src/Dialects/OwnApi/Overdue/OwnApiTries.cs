using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Quittance.Core;
using Quittance.Core.Overdue;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.OwnApi.Payments;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.OwnApi.Overdue;

/// <summary>The tries of failed payments.</summary>
internal sealed class OwnApiTries(PublicAddress address, IRetries retries)
{
    private static readonly Resource<PaymentRetry> Try = new(null, "A payment that tries it again.")
    {
        { Required("try", Whole("Which try it is.", 1, RetryPolicy.MostTries)), one => (long?)one.Id.Nth },
        { Required("payment", Uuid("The payment.")), one => (Guid?)one.Payment.Value },
        { Required("on", Day("Its day.")), one => TextOf(one.TriedOn) },
    };

    private static readonly Resource<PaymentTries> Tries = new("PaymentTries", "The tries of a failed payment.")
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

    public static Operation FindTries { get; } = new(
        "findTries", PaymentShapes.Tag, "Gives the tries of a failed payment, and what comes next")
    {
        Description = "Where the merchant has a policy of tries, the server charges the instrument of a failed payment again, for what is "
            + "still open of its charges. Each try is a payment of its own. To stop the tries, change a charge with `no_dunning_until`, "
            + "pause the customer's dunning, or remove the instrument.",
        Parameters = [InPath(OwnApiRoutes.Id, Text("The id of the payment, or of one of its tries."))],
        Replies = [new(200, "The tries.", Tries), new(404, "There is no such payment.")],
    };

    public void Map(DialectRoutes routes) =>
        routes.Get($"{OwnApiRoutes.PaymentsPath}/{{{OwnApiRoutes.Id}}}/tries", OwnApiRoutes.ReadScope, FindAsync)
            .WithMetadata(FindTries);

    private async Task<Answer> FindAsync(Call call) =>
        Guid.TryParseExact(call.PathValue(OwnApiRoutes.Id), "D", out var id)
        && await retries.FindAsync(
            new PaymentId(call.Credential.Merchant, id), DateOnly.FromDateTime(call.Now.UtcDateTime), call.Cancel) is { } found
            ? Tries.ToAnswer(found) : OwnApiErrors.NoSuch("payment").ToAnswer(address);

    private static string? TextOf(DateOnly? day) => day?.ToString("O", CultureInfo.InvariantCulture);
}
