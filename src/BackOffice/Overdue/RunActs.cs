using Quittance.BackOffice.Acts;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Overdue;
using Quittance.Storage.Overdue;

namespace Quittance.BackOffice.Overdue;

/// <summary>What a server does once a day for what is overdue, at a person's word. Done again on a day, it changes nothing.</summary>
public static class RunActs
{
    private const int ShownRefusals = 5;

    public static DeclaredAct Dun { get; } = new(
        "dunning.run", "Duns all customers as of today, as the server does once a day",
        "Each customer with overdue bills reaches the level that is due; your program, which gets an event of each, sends the letter. The "
        + "server tries failed payments again before it duns: who duns by hand does that first.",
        OperatorRole.Operator, [], DunAsync)
    {
        Operation = new("runDunning", "dunning/run", "Dunning", Scopes.Pay),
        IsGrave = false,
        HasSteps = true,
    };

    public static DeclaredAct TryAgain { get; } = new(
        "retry.run", "Charges again what is due to be tried again today, as the server does once a day",
        "Stored cards and bank accounts that did not pay are charged again where the policy says so, for what is still open.",
        OperatorRole.Operator, [], TryAsync)
    {
        Operation = new("runTries", "tries/run", "Dunning", Scopes.Pay),
        IsGrave = false,
        HasSteps = true,
    };

    private static async Task<ActResult> DunAsync(ActRequest request)
    {
        var (steps, ends, left) = (0, 0, 0);
        List<string> refused = [];
        var run = new DunningRun(request.Part<Dunnings>(), request.Part<PaymentEngine>());
        await foreach (var one in run.OfAsync(
            request.Merchant, await request.TodayAsync(), one => request.By($"account {one.Account.Number}"), request.Cancel))
        {
            (steps, ends, left) = one.Move switch
            {
                DunningMove.Step => (steps + 1, ends, left),
                DunningMove.End => (steps, ends + 1, left),
                _ => (steps, ends, left + 1),
            };
            if (one.Outcome is { Accepted: false } outcome)
                refused.Add($"account {one.Candidate.Account.Number}: {RefusalText.Of(outcome.Faults[0].Refusal)}");
        }

        return ActResult.Done(
            $"Customers at the next level: {steps}; no longer dunned: {ends}; left as they are: {left}.{TextOf(refused)}",
            steps + ends > 0);
    }

    private static async Task<ActResult> TryAsync(ActRequest request)
    {
        var (tried, waits) = (0, 0);
        var today = await request.TodayAsync();
        var run = new RetryRun(request.Part<Retries>(), request.Part<Collector>(), request.Part<TimeProvider>());
        var fees = await run.ChargeFeesAsync(request.Merchant, today, fee => request.By($"payment {fee.Payment}"), request.Cancel);
        List<string> refused =
        [
            .. from fee in fees
               where fee.Outcome is { Accepted: false }
               select $"the fee of payment {fee.Fee.Payment}: {RefusalText.Of(fee.Outcome!.Faults[0].Refusal)}",
        ];
        var charged = fees.Count - refused.Count;
        await foreach (var one in run.OfAsync(
            request.Merchant, today, one => request.By($"payment {one.First.Number}"), request.Cancel))
        {
            (tried, waits) = one.IsTried ? (tried + 1, waits) : (tried, waits + 1);
            if (one.Refused is { } why)
                refused.Add($"payment {one.Candidate.First.Number}: {RefusalText.Of(why)}");
        }

        return ActResult.Done(
            $"Payments that are tried again: {tried}; not tried: {waits}; fees of returned debits that are charged: {charged}."
            + TextOf(refused),
            tried + charged > 0);
    }

    private static string TextOf(List<string> refused) =>
        refused.Count == 0 ? "" : $" Refused: {refused.Count} ({string.Join("; ", refused.Take(ShownRefusals))}).";
}
