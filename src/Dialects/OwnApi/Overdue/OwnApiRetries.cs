using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Overdue;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.OwnApi.Payments;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiDocument;
using static Quittance.Dialects.OwnApi.OwnApiRoutes;

namespace Quittance.Dialects.OwnApi.Overdue;

/// <summary>The tries of failed payments, and their policy.</summary>
internal sealed class OwnApiRetries(PublicAddress address, IRetries retries, IRetryPolicies policies, OwnApiPayments payments)
{
    public static Operation FindPolicy { get; } = new(
        "findRetryPolicy", PaymentShapes.Tag, "Gives when failed payments are tried again")
    {
        Description = "Without a policy its list of tries is empty, and nothing is tried again.",
        Replies = [new(200, "The policy.", RetryShapes.Policy)],
    };

    public static Operation SetPolicy { get; } = new(
        "setRetryPolicy", PaymentShapes.Tag, "Sets when failed payments are tried again")
    {
        Description = "It decides from the next run on. A fee follows the policy at the time when the debit was returned.",
        Body = RetryShapes.PolicyCreate,
        Replies = [new(200, "The policy.", RetryShapes.Policy), Conflict()],
    };

    public static Operation FindTries { get; } = new(
        "findTries", PaymentShapes.Tag, "Gives the tries of a failed payment, and what comes next")
    {
        Description = "Where the merchant has a policy of tries, the server charges the instrument of a failed payment again, for what is "
            + "still open of its charges. Each try is a payment of its own. To stop the tries, change a charge with `no_dunning_until`, "
            + "pause the customer's dunning, or remove the instrument.",
        Parameters = [InPath(Id, Text("The id of the payment, or of one of its tries."))],
        Replies = [new(200, "The tries.", RetryShapes.Tries), NoSuch("payment")],
    };

    public static Operation RetryPayment { get; } = new(
        "retryPayment", PaymentShapes.Tag, "Charges the instrument of a failed payment again, now")
    {
        Description = "It is a payment of its own, for what is still open of the charges of the failed one. It may be `declined` too, or "
            + "`unknown` while the provider is silent. It counts as no try of the policy.",
        Parameters = [OfIdOrReference],
        Body = OwnApiRequests.Reason,
        Replies =
        [
            new(201, "The new payment.", PaymentShapes.Payment), NoSuch("payment"),
            Conflict("The payment has not failed, its instrument is gone, none of its charges is open, or another payment of one is under "
                + "way"),
        ],
    };

    public void Map(DialectRoutes routes)
    {
        routes.Post("payment.retry", $"{PaymentsPath}/{{{Id}}}/retry", PayScope, RetryAsync, needsKey: true).WithMetadata(RetryPayment);
        routes.Get($"{Mount}/tries", ReadScope, FindPolicyAsync).WithMetadata(FindPolicy);
        // It decides over every customer, and has fees.
        routes.Post("retry.policy", $"{Mount}/tries", AdministerScope, SetPolicyAsync, needsKey: true)
            .WithMetadata(SetPolicy, AsOperator.GraveOfAdmin);
        routes.Get($"{PaymentsPath}/{{{Id}}}/tries", ReadScope, FindAsync).WithMetadata(FindTries);
    }

    private async Task<Answer> FindPolicyAsync(Call call)
    {
        var merchant = call.Credential.Merchant;
        return RetryShapes.Policy.ToAnswer(
            await policies.FindAsync(merchant, call.Cancel) ?? new RetryPolicy(merchant, [], AlsoUnexplained: false));
    }

    private async Task<Answer> SetPolicyAsync(Call call)
    {
        if (!RetryShapes.ReadPolicy(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        var merchant = call.Credential.Merchant;
        var policy = new RetryPolicy(merchant, asked.AfterDays, asked.AlsoUnexplained) { ChargesFee = asked.ChargesFee };
        var key = await policies.SetAsync(
            merchant, asked.AfterDays.Count == 0 ? null : policy, call.Does("retry.policy", "retries", asked.Reason!), call.KeyUse(),
            call.Cancel);
        return key == KeyState.Reused ? OwnApiErrors.Of(Refusal.KeyReused).ToAnswer(address)
            : RetryShapes.Policy.ToAnswer(policy) with { Replayed = key == KeyState.Repeated };
    }

    private async Task<Answer> RetryAsync(Call call)
    {
        if (!OwnApiRequests.ReadReason(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        if (await OwnApiPayments.NamedAsync(call) is not { } view)
            return OwnApiErrors.NoSuch("payment").ToAnswer(address);
        var failed = view.Payment;
        var outcome = await call.SubmitAsync(
            new RetryByHand(
                call.Does("payment.retry", $"payment {failed.Number}", asked.Reason!), AccountTarget.Of(view.Account.Id, view.Account.Slot),
                new PaymentId(failed.Id.Merchant, call.NewId()), failed.Id,
                failed.Instrument is { } instrument ? await retries.OpenClaimsAsync(failed.Id, instrument, call.Cancel) : null)
            {
                Key = call.KeyUse(),
            });
        return outcome.Accepted ? await OwnApiPayments.ShownAsync(call, outcome, StatusCodes.Status201Created)
            : payments.RefusedAnswer(outcome, _ => null);
    }

    private async Task<Answer> FindAsync(Call call) =>
        Guid.TryParseExact(call.PathValue(Id), "D", out var id)
        && await retries.FindAsync(
            new PaymentId(call.Credential.Merchant, id), call.Today, call.Cancel) is { } found
            ? RetryShapes.Tries.ToAnswer(found) : OwnApiErrors.NoSuch("payment").ToAnswer(address);
}
