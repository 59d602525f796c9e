using Quittance.BackOffice.Acts;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Storage;
using Quittance.Storage.Tenancy;

namespace Quittance.BackOffice.Access;

/// <summary>The settings of a merchant's APIs: their time zones, the pages that may use them, and their clients.</summary>
public static class ApiActs
{
    public const string Api = "api";
    public const string Zone = "time_zone";
    public const string Origin = "origin";
    public const string Client = "client";

    private static readonly Ask OfApi = new(Api, AskKind.Text, "API", "The API, by its name, such as train-travel.") { Most = 40 };

    private static readonly Ask Page = new(
        Origin, AskKind.Text, "Origin", "Scheme, host and port of the pages, such as https://shop.example. No path, no wildcard.")
    {
        IsNoCard = true,
    };

    public static DeclaredAct ChangeZone { get; } = new(
        "installation.zone", "Changes the time zone in which the merchant's days begin",
        "All days go by it: those of the books, of Today, reports and exports, of dunning, dues and tries, and of links. What is booked "
        + "keeps its day, and no money moves; a level of dunning that was reached stays reached. Running servers know it within seconds.",
        OperatorRole.Admin,
        [
            OfApi with
            {
                IsOptional = true,
                Meaning = "Only for what one API itself says, by its name, such as train-travel; the merchant and all APIs if left out.",
            },
            new(Zone, AskKind.Text, "Time zone", "By its name of the IANA, such as Europe/Berlin.") { Most = 64 },
        ],
        ChangeZoneAsync)
    {
        Operation = new("changeTimeZone", "apis/time-zone", "Access", Scopes.Administer),
        IsGrave = false,
    };

    public static DeclaredAct AddOrigin { get; } = new(
        "origin.add", "Lets pages of an origin embed the payment widget",
        "They may call the API from a browser, too, where it serves browsers. Running servers know it within seconds.",
        OperatorRole.Admin, [Page, OfApi], request => AllowAsync(request, isAllowed: true))
    {
        Operation = new("addOrigin", "origins", "Access", Scopes.Administer),
    };

    public static DeclaredAct RemoveOrigin { get; } = new(
        "origin.remove", "Stops pages of an origin from embedding the payment widget",
        "They can't call the API any more either. A customer who is paying there just now can't go on.",
        OperatorRole.Admin, [Page, OfApi], request => AllowAsync(request, isAllowed: false))
    {
        Operation = new("removeOrigin", "origins/remove", "Access", Scopes.Administer),
        IsGrave = false,
    };

    public static DeclaredAct RevokeClient { get; } = new(
        "client.revoke", "Lets an OAuth client in no more",
        "Its tokens end as well. Running servers may take those for a few seconds yet.",
        OperatorRole.Admin, [new(Client, AskKind.Text, "Client", "The client, by the name that it sends.") { IsNoCard = true }],
        async request =>
        {
            var name = request.Asked.Required(Client);
            var isRevoked = await request.Part<Clients>().RevokeAsync(request.Merchant, name, request.Cancel, request.By($"client {name}"));
            return isRevoked ? ActResult.Done($"{name} is let in no more.")
                : ActResult.NoSuch(Client, "client", $"There is no client {name}, or it is revoked already.");
        })
    {
        Operation = new("revokeClient", "clients/revoke", "Access", Scopes.Administer),
    };

    /// <summary>The answers to what the acts of origins ask.</summary>
    public static Asked AskedOf(string api, string origin) => new Asked().With(Api, api).With(Origin, origin);

    private static ActResult NotOpen => ActResult.Wrong(Api, "The merchant has no such API. Open it first.");

    private static async Task<ActResult> ChangeZoneAsync(ActRequest request)
    {
        var (api, name) = (request.Asked.Text(Api), request.Asked.Required(Zone));
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) || !zone.HasIanaId
            || !await request.Part<Merchants>().IsZoneAsync(zone.Id, request.Cancel))
        {
            return ActResult.Wrong(Zone, "This is no time zone. Write its name of the IANA, such as Europe/Berlin.");
        }

        Installation? one = null;
        if (api is not null && (one = await InstallationAsync(request, api)) is null)
            return NotOpen;
        var changed = await request.Part<Merchants>().SetTimeZoneAsync(
            request.Merchant, one?.Id, zone.Id, request.By(api is null ? "the merchant" : $"installation {api}", zone.Id),
            request.Cancel);
        return changed == ChangeOutcome.Nothing ? ActResult.Wrong(Zone, "This is the time zone already.")
            : ActResult.Done($"{(api is null ? "All days" : $"The days of {api}")} begin at midnight of {zone.Id}.");
    }

    private static async Task<Installation?> InstallationAsync(ActRequest request, string api) =>
        (await request.Part<Merchants>().InstallationsAsync(request.Merchant, request.Cancel)).FirstOrDefault(one => one.Dialect == api);

    private static async Task<ActResult> AllowAsync(ActRequest request, bool isAllowed)
    {
        var api = request.Asked.Required(Api);
        if (!WebOrigin.TryParse(request.Asked.Required(Origin).Trim().TrimEnd('/'), out var origin))
        {
            return ActResult.Wrong(
                Origin,
                "An origin is http or https, a host in Latin letters, and its port where it is not the usual one, such as "
                + "https://shop.example: no path, no wildcard.");
        }

        var merchants = request.Part<Merchants>();
        if (await merchants.OriginsAsync(request.Merchant, api, request.Cancel) is not { } known)
            return NotOpen;
        if (!isAllowed && !known.Contains(origin))
        {
            var others = known.Count == 0 ? "there are none" : string.Join(", ", known);
            return ActResult.NoSuch(Origin, "origin", $"{origin} is not among those that may: {others}.");
        }

        await merchants.AllowAsync(request.Merchant, api, origin, isAllowed, request.Cancel, request.By($"{origin} for {api}"));
        return ActResult.Done(
            $"Pages of {origin} {(isAllowed ? "may" : "may no longer")} embed the payment widget. Running servers know it within seconds.");
    }
}
