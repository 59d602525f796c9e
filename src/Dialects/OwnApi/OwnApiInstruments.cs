using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.OwnApi;

/// <summary>The customers' cards and bank accounts; never their numbers.</summary>
internal sealed class OwnApiInstruments(PublicAddress address, IReceivables receivables)
{
    public Task<Answer> ListAsync(Call call) => OwnApiLists.AnswerAsync(
        call, address, "instruments", query => receivables.OfAccountAsync(query, call, []),
        query => receivables.InstrumentsAsync(query, call.Cancel), instrument => instrument.Id.Value, OwnApiResponses.Instruments);

    public async Task<Answer> FindAsync(Call call) => Guid.TryParseExact(call.PathValue(OwnApiRoutes.Id), "D", out var id)
        && await receivables.InstrumentAsync(new InstrumentId(call.Credential.Merchant, id), call.Cancel) is { } instrument
            ? OwnApiResponses.Instrument.ToAnswer(instrument) : OwnApiErrors.NoSuch("instrument").ToAnswer(address);
}
