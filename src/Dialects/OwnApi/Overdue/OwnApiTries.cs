using Microsoft.AspNetCore.Builder;
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
internal sealed class OwnApiTries(PublicAddress address, IRetries retries, IRetryPolicies policies)
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

    public void Map(DialectRoutes routes)
    {
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

    private async Task<Answer> FindAsync(Call call) =>
        Guid.TryParseExact(call.PathValue(Id), "D", out var id)
        && await retries.FindAsync(
            new PaymentId(call.Credential.Merchant, id), DateOnly.FromDateTime(call.Now.UtcDateTime), call.Cancel) is { } found
            ? RetryShapes.Tries.ToAnswer(found) : OwnApiErrors.NoSuch("payment").ToAnswer(address);
}
