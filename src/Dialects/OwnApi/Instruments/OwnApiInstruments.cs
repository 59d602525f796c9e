using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Corrections;
using Quittance.Core.Instruments;
using Quittance.Dialects.Http;
using static Quittance.Dialects.OwnApi.OwnApiRoutes;

namespace Quittance.Dialects.OwnApi.Instruments;

/// <summary>The customers' cards and bank accounts; never their numbers.</summary>
internal sealed class OwnApiInstruments(PublicAddress address, IReceivables receivables)
{
    public void Map(DialectRoutes routes)
    {
        routes.Get($"{Mount}/instruments", ReadScope, ListAsync).WithMetadata(InstrumentShapes.ListInstruments);
        routes.Get($"{Mount}/instruments/{{{Id}}}", ReadScope, FindAsync).WithMetadata(InstrumentShapes.FindInstrument);
        routes.Delete($"{Mount}/instruments/{{{Id}}}", PayScope, RemoveAsync)
            .WithMetadata(InstrumentShapes.RemoveInstrument, AsOperator.Grave);
    }

    private Task<Answer> ListAsync(Call call) => OwnApiLists.AnswerAsync(
        call, address, "instruments", query => receivables.OfAccountAsync(query, call, []),
        query => receivables.InstrumentsAsync(query, call.Cancel), instrument => instrument.Id.Value, InstrumentShapes.Page);

    private async Task<Answer> FindAsync(Call call) => await NamedAsync(call) is { } instrument
        ? InstrumentShapes.Instrument.ToAnswer(instrument) : OwnApiErrors.NoSuch("instrument").ToAnswer(address);

    /// <summary>Takes an instrument away. A repeated request is answered the same.</summary>
    private async Task<Answer> RemoveAsync(Call call)
    {
        if (await NamedAsync(call) is not { } instrument)
            return OwnApiErrors.NoSuch("instrument").ToAnswer(address);
        var done = new Answer(StatusCodes.Status204NoContent, null);
        if (instrument.IsRemoved || await receivables.AccountAsync(
            instrument.Account, OwnApiNames.Dialect, call.Cancel) is not { Account: var account })
        {
            return done;
        }

        var origin = call.Does("instrument.remove", $"instrument {instrument.Id.Value:D} of account {account.Number}");
        var outcome = await call.SubmitAsync(
            new RemoveInstrument(origin, AccountTarget.Of(account.Id, account.Slot), instrument.Id));
        // Another request has removed it meanwhile.
        return outcome.Accepted || outcome.Faults[0].Refusal == Refusal.InstrumentUnknown
            ? done : OwnApiErrors.Of(outcome.Faults[0].Refusal).ToAnswer(address);
    }

    private async Task<Instrument?> NamedAsync(Call call) => Guid.TryParseExact(call.PathValue(OwnApiRoutes.Id), "D", out var id)
        ? await receivables.InstrumentAsync(new InstrumentId(call.Credential.Merchant, id), call.Cancel) : null;
}
