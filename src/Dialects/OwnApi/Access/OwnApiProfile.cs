using Microsoft.AspNetCore.Builder;
using Quittance.Core.Profiles;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.OwnApi.Accounts;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiDocument;
using static Quittance.Dialects.OwnApi.OwnApiRoutes;

namespace Quittance.Dialects.OwnApi.Access;

/// <summary>What customers see of the merchant. Changing it is a declared act.</summary>
internal sealed class OwnApiProfile(PublicAddress address, IProfiles profiles)
{
    private static readonly Resource<MerchantProfile> One = new("Profile", "What customers see of the merchant beside its name.")
    {
        { Optional("legal_name", Text("The name in law.")), profile => profile.LegalName },
        { ContactShapes.Shown, profile => new(profile.Email, profile.Phone, profile.Address, Language: null) },
        { Optional("website", Text("The address of its website.")), profile => profile.Website },
        { Optional("imprint", Text("The page that says who answers for the business.")), profile => profile.Imprint },
        { Optional("privacy", Text("The page about customers' data.")), profile => profile.Privacy },
        { Optional("terms", Text("The page with the terms of business.")), profile => profile.Terms },
        { Optional("colour", Text("The colour of buttons and links, such as `#0b5cad`.")), profile => profile.Colour?.ToString() },
    };

    private static Operation Find { get; } = new("findProfile", "Access", "Says who the merchant is to its customers")
    {
        Description = "Payment pages, receipts, statements and mails show it. It is empty until the merchant has said something.",
        Replies = [new(200, "The profile.", One)],
    };

    private static Operation Picture { get; } = new("findLogo", "Access", "Gives the merchant's logo")
    {
        Description = "A PNG, or an SVG of which scripts, links and foreign parts were left out.",
        Replies = [new(200, "The logo.", Text("A picture.")) { MediaTypes = ["image/png", "image/svg+xml"] }, NoSuch("logo")],
    };

    public void Map(DialectRoutes routes)
    {
        routes.Get($"{Mount}/profile", ReadScope, FindAsync).WithMetadata(Find);
        routes.Get($"{Mount}/profile/logo", ReadScope, PictureAsync).WithMetadata(Picture);
    }

    private async Task<Answer> PictureAsync(Call call) =>
        await profiles.LogoAsync(call.Credential.Merchant, call.Cancel) is { } logo
            ? LogoAnswer.Of(logo, "private, no-cache") : OwnApiErrors.NoSuch("logo").ToAnswer(address);

    private async Task<Answer> FindAsync(Call call) => One.ToAnswer(await profiles.FindAsync(call.Credential.Merchant, call.Cancel));
}
