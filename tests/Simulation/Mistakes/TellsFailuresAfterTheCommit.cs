using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Providers;
using Quittance.Tests.Simulation.Provider;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation.Mistakes;

/// <summary>
/// Calls the provider after the commit without guarding the call and its reads: an exception there escapes to the dialect's edge, which
/// answers that the books can't be reached. The client believes that nothing was done.
/// </summary>
internal sealed class TellsFailuresAfterTheCommit(SimulatedProcess process)
{
    public async Task<Outcome> SubmitAsync(Command command)
    {
        try
        {
            var outcome = await process.Engine.SubmitAsync(command);
            foreach (var begun in outcome.Attempts)
                await CarryOutAsync(begun);
            return command.MayAskProvider && outcome.Accepted ? await AnswerAsync(outcome) : outcome;
        }
        catch (Exception trouble) when (Fates.IsFailureOfRead(trouble))
        {
            return Outcome.Refused(Refusal.Unavailable);
        }
    }

    /// <summary>Only the reading of the answer is guarded.</summary>
    private async Task<Outcome> AnswerAsync(Outcome outcome)
    {
        try
        {
            var id = new PaymentId(process.Origin.Merchant, outcome.Subject);
            var payment = await process.Books.PaymentAsync(id, outcome.Sequence, CancellationToken.None);
            return payment is { IsUnderWay: true } ? UnderWay(outcome) : outcome with { View = payment };
        }
        catch (Exception trouble) when (Fates.IsFailureOfRead(trouble))
        {
            return UnderWay(outcome);
        }
    }

    private static Outcome UnderWay(Outcome outcome) => Outcome.Refused(Refusal.UnderWay) with { Changes = outcome.Changes };

    private async Task CarryOutAsync(Attempt begun)
    {
        for (var attempt = begun; attempt is { Verb: Verb.Authorise or Verb.Capture or Verb.Refund };)
        {
            var answer = await SendAsync(attempt);
            attempt = (await process.Engine.SubmitAsync(
                new TakeAnswer(process.Origin, attempt, answer) { AskedAfter = attempt.Events })).Attempt;
        }
    }

    private async Task<ProviderAnswer> SendAsync(Attempt attempt)
    {
        if (await process.FindAsync(attempt.Id.Merchant, attempt.Provider, CancellationToken.None) is not { } provider)
            return ProviderAnswer.Unknown;
        var request = new ProviderRequest(attempt.Id, attempt.Amount)
        {
            Authorisation = attempt.Authorisation,
            Mandate = attempt.Mandate,
            ReturnTo = attempt.ReturnTo,
        };
        if (attempt is { Verb: Verb.Authorise, Instrument: { } instrument })
            request = request with { Instrument = await process.Vault.OpenAsync(instrument, CancellationToken.None) };
        return await (attempt.Verb switch
        {
            Verb.Authorise => provider.AuthoriseAsync(request, CancellationToken.None),
            Verb.Capture => provider.CaptureAsync(request, CancellationToken.None),
            Verb.Void => provider.VoidAsync(request, CancellationToken.None),
            Verb.Refund => provider.RefundAsync(request, CancellationToken.None),
        });
    }
}
