using System.Net;
using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Console;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using static Quittance.Tests.OAuth.Visitor;

namespace Quittance.Tests.OAuth;

/// <summary>What a person lets a client do is at most what the person may do: at the consent, and at each use of a token.</summary>
public sealed class RightsTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Viewer_SeesWhatTheClientCanGet_AndItGetsNoMore()
    {
        var shop = await TokenShop.OpenAsync(books, "quittance");
        var client = await shop.ClientAsync(ActingClient.ScopesOf("quittance"), redirectUris: RedirectUri);
        using var viewer = await OfAsync(shop, OperatorRole.Viewer);

        var consent = await viewer.SendAsync(await viewer.GoAsync(AddressOf(client, ("scope", ""))));
        Assert.Equal((HttpStatusCode.OK, null), (consent.Status, consent.Location));
        Assert.Equal(
            ["See every change; as an operator, have failed messages sent again; as an admin, also get a message for it",
                "See customers, what they owe and what they paid"],
            consent.Listed);
        Assert.Contains("You are signed in as Ada Nkemelu.", consent.Html, StringComparison.Ordinal);
        var back = await viewer.ConsentAsync(consent);
        var tokens = await AuthorizeTests.RedeemAsync(shop, client, TokenShop.Watched(back.Query["code"]));

        Assert.Equal("events read", tokens["scope"]);
        var program = new Biller(books, shop.Merchant, TokenShop.Watched(tokens["access_token"]!));
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync(Biller.Accounts)).Status);
        var refused = await program.PostAsync($"{Biller.Payments}/{Guid.Empty:D}/refund", Biller.Euro("1"));
        Assert.Equal(
            (403, "Bearer error=\"insufficient_scope\", scope=\"refund\""), (refused.Problem.Status, refused.Headers["WWW-Authenticate"]));
        Assert.Equal(403, (await program.PostAsync(Biller.Webhooks, Biller.Euro("1"))).Problem.Status);
    }

    [Theory]
    [InlineData(OperatorRole.Viewer, "quittance", "read refund", "refund", "Ask for no more than: read.")]
    [InlineData(OperatorRole.Operator, "quittance", "administer", "administer", "They can allow nothing here.")]
    [InlineData(null, "quittance", "read", "read", "They can allow nothing here.")]
    [InlineData(OperatorRole.Viewer, "tmf676", "payment.write", "payment.write", "They can allow nothing here.")]
    [InlineData(OperatorRole.Operator, "tmf676", "payment.subscribe", "payment.subscribe", "They can allow nothing here.")]
    [InlineData(null, "oracle-brm", "brm.payment.read", "brm.payment.read", "They can allow nothing here.")]
    [InlineData(OperatorRole.Viewer, "midnight", "payments.write", "payments.write", "They can allow nothing here.")]
    public async Task Scope_ThatThePersonLacks_IsAnErrorForTheClient_AndNothingIsGiven(
        OperatorRole? role, string dialect, string asked, string lacked, string rest)
    {
        var shop = await TokenShop.OpenAsync(books, dialect);
        var client = await shop.ClientAsync(ActingClient.ScopesOf(dialect), redirectUris: RedirectUri);
        using var person = await OfAsync(shop, role);

        var back = await person.SendAsync(await person.GoAsync(AddressOf(client, ("scope", asked))));

        Assert.Equal((HttpStatusCode.SeeOther, "invalid_scope", false),
            (back.Status, back.Query["error"], back.Query.ContainsKey("code")));
        Assert.Equal($"The person may not do this, and so can't allow it: {lacked}. {rest}", back.Query["error_description"]);
        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM authorisation WHERE merchant_id = $1", shop.Merchant.Value));
    }

    [Fact]
    public async Task PersonWithoutARole_LetsClientsBookTheirTrains_AndNothingElse()
    {
        var shop = await TokenShop.OpenAsync(books, "quittance");
        var client = await shop.ClientAsync(ActingClient.ScopesOf("quittance"), redirectUris: RedirectUri);
        using var traveller = await OfAsync(shop, role: null);
        var back = await traveller.SendAsync(await traveller.GoAsync(AddressOf(client, ("scope", ""))));
        Assert.Equal("invalid_scope", back.Query["error"]);

        using var railway = await ActingClient.OfAsync(await shop.AlsoAsync("train-travel"), role: null, "train-travel");
        Assert.Equal("read write", railway.Scope);
        Assert.Equal(HttpStatusCode.OK, (await shop.UseAsync(railway.Access, "/bookings")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UseAsync(railway.Access, Biller.Accounts)).Status);
    }

    [Fact]
    public async Task Form_ThatSaysMoreThanThePageShowed_GivesNothing_AndASignInIsGoodOnce()
    {
        var shop = await TokenShop.OpenAsync(books, "quittance");
        var client = await shop.ClientAsync(ActingClient.ScopesOf("quittance"), redirectUris: RedirectUri);
        using var viewer = await OfAsync(shop, OperatorRole.Viewer);
        var consent = await viewer.SendAsync(await viewer.GoAsync(AddressOf(client, ("scope", ""))));

        var again = await viewer.ConsentAsync(consent, scopes: "events read refund");

        Assert.Equal((HttpStatusCode.OK, "events read"), (again.Status, again.Scopes));
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.ConsentAsync(consent)).Status);
        Assert.NotNull((await viewer.ConsentAsync(again)).Location);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.ConsentAsync(again)).Status);
    }

    public enum Change
    {
        RoleLowered,
        RoleTaken,
        Left,
        RoleLoweredByProvider,
        RoleTakenByProvider,
        SecondFactorRequired,
        SecondFactorSetUp,
        PasswordChanged,
        PasskeyAdded,
        PasskeyRemoved,
    }

    [Theory]
    [InlineData(Change.RoleLowered)]
    [InlineData(Change.RoleTaken)]
    [InlineData(Change.Left)]
    [InlineData(Change.RoleLoweredByProvider)]
    [InlineData(Change.RoleTakenByProvider)]
    [InlineData(Change.SecondFactorRequired)]
    [InlineData(Change.SecondFactorSetUp)]
    [InlineData(Change.PasswordChanged)]
    [InlineData(Change.PasskeyAdded)]
    [InlineData(Change.PasskeyRemoved)]
    public async Task Grant_EndsAtOnce_WithTheRights(Change change)
    {
        using var admin = await ActingClient.OfAsync(books, OperatorRole.Admin);
        var (shop, person) = (admin.Shop, admin.Person);
        // Another admin, who is left; and one whose program has not exchanged its code yet.
        await SignedUp.AddAsync(books.Database, shop.Merchant, $"{Biller.NewText()}@example.com", "Grace", OperatorRole.Admin);
        var code = await admin.Visitor.AllowAsync(admin.Client, ("scope", "read"));
        Assert.Equal(HttpStatusCode.OK, (await admin.At(books).GetAsync(Biller.Accounts)).Status);

        await DoAsync(change, person);

        Assert.Equal((401, "unauthorized"), (await admin.At(books).GetAsync(Biller.Accounts)).Problem);
        Assert.Equal("False", (await admin.IntrospectAsync())["active"]);
        Assert.Equal("invalid_grant", (await admin.RefreshAsync())["error"]);
        Assert.Equal("invalid_grant", (await AuthorizeTests.RedeemAsync(shop, admin.Client, code))["error"]);
    }

    [Fact]
    public async Task Role_ThatIsLoweredPastThisServer_NarrowsTheGrantAtOnce()
    {
        using var program = await ActingClient.OfAsync(books, OperatorRole.Operator);
        var path = $"{Biller.Payments}/{Guid.Empty:D}/refund";
        Assert.Equal(404, (await program.At(books).PostAsync(path, new JsonObject())).Problem.Status);

        await SealedSql.ScalarAsync(
            books.Database, "UPDATE person SET role = 'viewer' WHERE merchant_id = $1 AND id = $2 RETURNING 1", program.Shop.Merchant.Value,
            program.Person.Id);

        Assert.Equal(403, (await program.At(books).PostAsync(path, new JsonObject())).Problem.Status);
        Assert.Equal(HttpStatusCode.OK, (await program.At(books).GetAsync(Biller.Accounts)).Status);
        Assert.Equal("events read", (await program.IntrospectAsync())["scope"]);
        Assert.Equal("invalid_scope", (await program.RefreshAsync("refund"))["error"]);
        Assert.Equal("events read", (await program.RefreshAsync())["scope"]);
    }

    [Fact]
    public async Task Reader_WhoWaitsForEvents_GetsNoneThatComeAfterTheRightHasEnded()
    {
        using var viewer = await ActingClient.OfAsync(books, OperatorRole.Viewer);
        var biller = await Biller.OpenAsync(books, viewer.Shop.Merchant);
        var none = (string)(await biller.GetAsync(Biller.Events)).Json["next"]!;

        var waiting = viewer.At(books).GetAsync($"{Biller.Events}?after={none}&wait=30");
        await DoAsync(Change.RoleTaken, viewer.Person);
        await biller.CustomerAsync();

        Assert.Equal((401, "unauthorized"), (await waiting).Problem);
    }

    private async Task DoAsync(Change change, Person person)
    {
        var (merchant, id) = (person.Merchant, person.Id);
        using var people = new People(books.Database, TimeProvider.System, new HashSet<string>());
        switch (change)
        {
            case Change.RoleLowered:
                Assert.Equal(
                    PersonOutcome.Changed, await people.SetRoleAsync(merchant, id, OperatorRole.Viewer, By("person.role"), Cancel));
                break;
            case Change.RoleTaken:
                Assert.Equal(PersonOutcome.Changed, await people.SetRoleAsync(merchant, id, null, By("person.role"), Cancel));
                break;
            case Change.Left:
                Assert.Equal(PersonOutcome.Changed, await people.EndAsync(merchant, id, By("person.end"), Cancel));
                break;
            case Change.RoleLoweredByProvider:
                Assert.NotNull((await people.AdmitAsync(merchant, NamedBy(OperatorRole.Operator), Cancel)).Person);
                break;
            case Change.RoleTakenByProvider:
                await SealedSql.ScalarAsync(
                    books.Database,
                    "UPDATE person SET issuer = 'https://login.example', subject = $3 WHERE merchant_id = $1 AND id = $2 RETURNING 1",
                    merchant.Value, id, $"{id:N}");
                Assert.Null((await people.AdmitAsync(merchant, NamedBy(null), Cancel)).Person);
                Assert.Null((await people.FindAsync(merchant, id, Cancel))!.Role);
                break;
            case Change.SecondFactorRequired:
                var by = By("factor.require", SecondFactors.SubjectOf(isRequired: true));
                Assert.True(await Factors().RequireAsync(merchant, isRequired: true, by, Cancel));
                break;
            case Change.SecondFactorSetUp:
                var secret = SecondFactors.NewSecret();
                var code = OneTimeCode.Of(secret, OneTimeCode.StepOf(TimeProvider.System.GetUtcNow()));
                Assert.Equal(
                    CodeOutcome.Right, (await Factors().SetUpAsync(merchant, id, secret, code, By("factor.set"), Cancel)).Outcome);
                break;
            case Change.PasswordChanged:
                Assert.Equal(
                    PersonOutcome.Changed,
                    await people.SetPasswordAsync(merchant, id, "twelve quiet herons", By("person.password"), Cancel));
                break;
            case Change.PasskeyAdded:
                var passkey = new Passkey(Guid.Parse(Biller.NewText()), "Key", [1], [2])
                {
                    Signatures = 1,
                    IsShared = false,
                    Transports = ["usb"],
                    CreatedAt = TimeProvider.System.GetUtcNow(),
                };
                var (added, codes) = await Passkeys().AddAsync(merchant, id, passkey, By("passkey.add"), Cancel);
                Assert.Equal(ChangeOutcome.Made, added);
                SecretWatch.OfTheRun.Add(codes);
                break;
            case Change.PasskeyRemoved:
                // A passkey from before the consent.
                var former = Guid.Parse(Biller.NewText());
                await SealedSql.ScalarAsync(
                    books.Database,
                    """
                    INSERT INTO passkey (
                        merchant_id, id, person_id, name, credential_id, public_key, is_shared, transports, created_at, signatures)
                    VALUES ($1, $3, $2, 'Key', '\x01', '\x02', false, '{usb}', now(), 1) RETURNING 1
                    """,
                    merchant.Value, id, former);
                Assert.Equal(ChangeOutcome.Made, await Passkeys().RemoveAsync(merchant, id, former, By("passkey.remove"), Cancel));
                break;
        }

        Passkeys Passkeys() => new(books.Database, TimeProvider.System);

        SecondFactors Factors() => new(books.Database, books.Vault, TimeProvider.System);

        ProvenIdentity NamedBy(OperatorRole? role) => new("https://login.example", $"{id:N}", person.Email, true, person.Name, role);

        Origin By(string what, string? subject = null) => new(merchant, Credential: 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()))
        {
            Action = new OperatorAction(null, OperatorAction.CommandLine, what, subject ?? $"person {person.Email}", ""),
        };
    }
}
