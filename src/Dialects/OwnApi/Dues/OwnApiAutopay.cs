using Microsoft.AspNetCore.Builder;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.OwnApi.Accounts;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiDocument;
using static Quittance.Dialects.OwnApi.OwnApiResponses;
using static Quittance.Dialects.OwnApi.OwnApiRoutes;

namespace Quittance.Dialects.OwnApi.Dues;

/// <summary>Customers' consents that their bills are collected when they are due.</summary>
internal sealed class OwnApiAutopay(PublicAddress address, OwnApiAccounts accounts, IAutopays autopays)
{
    private static readonly Resource<Autopay> Consent = new(null, "A consent of the customer.")
    {
        {
            Optional("instrument", Uuid("The instrument that is charged; missing where the customer only said that nothing is to be.")),
            one => one.Instrument?.Value
        },
        { Required("source", Word("Where the customer gave it.", EnumWords.All<AutopaySource>())), one => EnumWords.Of(one.Source) },
        { Optional("text", Text("The words that the customer agreed to; missing once they are erased.")), one => one.Text },
        { Optional("language", Text("The language of the words.")), one => one.Language },
        { Required("given_at", Moment("When.")), one => TextOf(one.GivenAt) },
        { Optional("ended_at", Moment("When it ended; missing while it is in force.")), one => one.EndedAt is { } at ? TextOf(at) : null },
        {
            Optional("ended_by", Word("Where it was ended.", EnumWords.All<AutopaySource>())),
            one => one.EndedBy is { } source ? EnumWords.Of(source) : null
        },
    };

    private static readonly Resource<IReadOnlyList<Autopay>> Consents = new("Autopay", "A customer's autopay.")
    {
        { Required("in_force", Flag("Whether bills are collected by it.")), all => (bool?)(all is [{ IsInForce: true }, ..]) },
        { Required("consents", List(Consent, "All consents of the customer, the last one first.")), Consent, all => all },
    };

    private static Operation Find { get; } = new(
        "findAutopay", "Autopay", "Gives whether a customer's bills are collected when they are due")
    {
        Description = "Runs of dues leave out a customer whose last consent has ended. One who never gave any is asked by what clients "
            + "have stored, unless the run is for `autopay` alone.",
        Parameters = [OfIdOrReference],
        Replies = [new(200, "The customer's consents.", Consents), NoSuch("account")],
    };

    public void Map(DialectRoutes routes) =>
        routes.Get($"{AccountsPath}/{{{Id}}}/autopay", ReadScope, FindAsync).WithMetadata(Find);

    private async Task<Answer> FindAsync(Call call) => await accounts.NamedAsync(call) is { } account
        ? Consents.ToAnswer(await autopays.OfAccountAsync(account.Account.Id, call.Cancel))
        : OwnApiErrors.NoSuch("account").ToAnswer(address);
}
