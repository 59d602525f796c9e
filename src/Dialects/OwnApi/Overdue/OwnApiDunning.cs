using Microsoft.AspNetCore.Builder;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Overdue;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.OwnApi.Accounts;
using static Quittance.Dialects.OwnApi.OwnApiDocument;
using static Quittance.Dialects.OwnApi.OwnApiRoutes;

namespace Quittance.Dialects.OwnApi.Overdue;

/// <summary>Reminders of what is overdue: the policies, and how far customers are.</summary>
internal sealed class OwnApiDunning(PublicAddress address, OwnApiAccounts accounts, IDunnings dunnings, IDunningPolicies policies)
{
    private const string Tag = "Dunning";
    private const int ShownSteps = 50;

    public static Operation ListPolicies { get; } = new("listDunningPolicies", Tag, "Lists when customers are dunned")
    {
        Description = "Each currency has a policy of its own; a currency without one is missing, and its customers are not dunned.",
        Replies = [new(200, "The policies.", DunningShapes.Policies)],
    };

    public static Operation SetPolicy { get; } = new("setDunningPolicy", Tag, "Sets when customers billed in a currency are dunned")
    {
        Description = "It decides from the next run on. A level that a customer has reached stays.",
        Body = DunningShapes.PolicyCreate,
        Replies =
        [
            new(200, "The policy.", DunningShapes.Policy), Conflict(),
        ],
    };

    public static Operation FindDunning { get; } = new("findDunning", Tag, "Gives how far a customer is dunned, and what comes next")
    {
        Description = "It has the level, the day of the next one or why there is none, and the levels until now.",
        Parameters = [OwnApiDocument.OfIdOrReference],
        Replies = [new(200, "How far the customer is.", DunningShapes.Dunning), NoSuch("account")],
    };

    public static Operation HoldDunning { get; } = new("holdDunning", Tag, "Pauses or exempts a customer, or lets the customer be dunned")
    {
        Description = "A level that the customer has reached stays. While the customer is paused, failed payments are not tried again "
            + "either.",
        Parameters = [OwnApiDocument.OfIdOrReference],
        Body = DunningShapes.HoldCreate,
        Replies =
        [
            new(200, "That it was changed.", AccountShapes.AccountChange), NoSuch("account"),
            Conflict("The account is so already or is closed"),
        ],
    };

    public void Map(DialectRoutes routes)
    {
        routes.Get($"{Mount}/dunning", ReadScope, ListAsync).WithMetadata(ListPolicies);
        // It decides over every customer, and has fees.
        routes.Post("dunning.policy", $"{Mount}/dunning", AdministerScope, SetAsync, needsKey: true)
            .WithMetadata(SetPolicy, AsOperator.GraveOfAdmin);
        routes.Get($"{AccountsPath}/{{{Id}}}/dunning", ReadScope, FindAsync).WithMetadata(FindDunning);
        routes.Post("dunning.hold", $"{AccountsPath}/{{{Id}}}/dunning", CorrectScope, HoldAsync, needsKey: true).WithMetadata(HoldDunning);
    }

    private async Task<Answer> ListAsync(Call call) =>
        DunningShapes.Policies.ToAnswer(await policies.ListAsync(call.Credential.Merchant, call.Cancel));

    private async Task<Answer> SetAsync(Call call)
    {
        if (!DunningShapes.ReadPolicy(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        var (merchant, currency) = (call.Credential.Merchant, asked.Currency!);
        var policy = new DunningPolicy(merchant, currency, asked.MinimumMinor, asked.Levels);
        var key = await policies.SetAsync(
            merchant, currency, asked.Levels.Count == 0 ? null : policy,
            call.Does("dunning.policy", $"dunning in {currency.Code}", asked.Reason!), call.KeyUse(), call.Cancel);
        return key == KeyState.Reused ? OwnApiErrors.Of(Refusal.KeyReused).ToAnswer(address)
            : DunningShapes.Policy.ToAnswer(policy) with { Replayed = key == KeyState.Repeated };
    }

    private async Task<Answer> FindAsync(Call call)
    {
        var today = call.Today;
        return await accounts.NamedAsync(call) is { Account.Id: var id } && await dunnings.FindAsync(id, today, call.Cancel) is { } found
            ? DunningShapes.Dunning.ToAnswer(
                new ShownDunning(found, found.Case.On(today), await dunnings.StepsAsync(id, ShownSteps, call.Cancel)))
            : OwnApiErrors.NoSuch("account").ToAnswer(address);
    }

    private async Task<Answer> HoldAsync(Call call)
    {
        if (!DunningShapes.ReadHold(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        var verb = asked.IsExempt || asked.PausedUntil is not null ? "hold" : "release";
        return await accounts.ChangeAsync(call, $"dunning.{verb}", asked.Reason!, (account, origin) => Task.FromResult<Command>(
            new HoldDunning(origin, OwnApiAccounts.TargetOf(account), asked.IsExempt, asked.PausedUntil)));
    }
}
