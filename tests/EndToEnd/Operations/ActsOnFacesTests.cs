using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Quittance.BackOffice.Acts;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Tests.Console;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests.Operations;

/// <summary>
/// What a merchant's people and programs do, and by which operation of <c>/api/v1</c>, page of the console and command they do it. An act
/// that a face lacks says why; an operation, an acting page or a command that is in no row fails.
/// </summary>
public sealed class ActsOnFacesTests(BooksFixture books)
{
    private const string None = "";
    private const string Former = "the former path of the API, which keeps working";
    private const string OfPeople = "a person proves with it that it is they";
    private const string OfOneself = "it is how a person's own console looks";
    private const string OfMachine = "it is done where the server runs, with the master key or a file at hand";
    private const string OfMailServers = "mail servers write it: it comes into a folder, or a program hands it in";
    private const string OfMailbox = "who sets the mail server up looks into the mailbox";
    private const string OfKeys = "who holds the account at the provider brings its keys, and gives them to no program";
    private const string OfProgram = "programs do it: it opens or uses a payment form in the client's own page";
    private const string Sees = "the person looks at the payment's attempt first";
    private const string RootOfTrust = "only who has the machine may let the first programs and people in";

    private static readonly IReadOnlyList<Act> Acts =
    [
        // Accounts.
        new("open a customer", "POST accounts", "customers/new", "account create"),
        new("change a customer's contact", "POST accounts/{id}/contact", "customers/{Id:guid}/contact", "account contact"),
        new("import contacts", "POST contacts/import", "customers/contacts", "contact import"),
        new("note something on a customer", "POST accounts/notes", "customers/{Id:guid}/note", "account note"),
        new("choose autopay for a customer", "POST autopay", "instruments/{Id:guid}/autopay", "account autopay choose"),
        new("end a customer's autopay", "POST autopay/end", "customers/{Id:guid}/autopay/end", "account autopay end"),
        new("close an account", "POST accounts/{id}/close", "customers/{Id:guid}/close", "account close"),
        new("reopen an account", "POST accounts/{id}/reopen", "customers/{Id:guid}/close", "account reopen"),
        new("merge accounts", "POST accounts/{id}/merge", "customers/{Id:guid}/merge", "account merge"),
        new("part merged accounts", "POST accounts/{id}/unmerge", "customers/{Id:guid}/merge", "account unmerge"),
        new("erase a customer's data", "POST accounts/erase", "customers/{Id:guid}/erase", "account erase"),
        new("remove a payment method", "DELETE instruments/{id}", "instruments/{Id:guid}/remove", "mandate revoke"),

        // Charges.
        new("raise a charge", "POST charges", "customers/{Id:guid}/charge", "charge import"),
        new("correct a charge", "POST charges/{id}/correct", "charges/{Number:long}/correct", "charge credit"),
        new("cancel a charge", "POST charges/{id}/cancel", "charges/{Number:long}/correct", "charge cancel"),
        new("credit a charge", "POST charges/{id}/credit", "charges/{Number:long}/correct", "charge credit"),
        new("reinstate a charge", "POST charges/{id}/reinstate", "charges/{Number:long}/correct", "charge reinstate"),
        new("write a charge off", "POST charges/{id}/write-off", "charges/{Number:long}/correct", "charge write-off"),
        new("recover a charge", "POST charges/{id}/recover", "charges/{Number:long}/correct", "charge recover"),
        new("change a charge", "POST charges/{id}/change", "charges/{Number:long}/change", "charge change"),

        // Payments.
        new("record a payment", "POST payments", "customers/{Id:guid}/payment", "payment record"),
        new("complete a payment", "POST payments/{id}/complete", "payments/{Number:long}/complete", "payment complete"),
        new("call a payment off", "POST payments/{id}/cancel", "payments/{Number:long}/cancel", "payment cancel"),
        new("allocate credit", "POST payments/{id}/allocate", "payments/{Number:long}/allocate", "payment allocate"),
        new("take money off charges", "POST payments/{id}/unallocate", "payments/{Number:long}/move", "payment unallocate"),
        new("move a payment", "POST payments/{id}/move", "payments/{Number:long}/move", "payment move"),
        new("refund a payment", "POST payments/{id}/refund", "payments/{Number:long}/refund", "payment refund"),
        new("try a payment again", "POST payments/{id}/retry", "payments/{Number:long}/retry", "payment retry"),
        new("ask a provider again", None, "payments/{Number:long}/attempts/{Attempt:guid}/ask", None, Sees),
        new("settle an attempt by hand", None, "payments/{Number:long}/attempts/{Attempt:guid}/settle", "attempt resolve", Sees),
        new("say that a refund was paid out", "POST refunds/{id}/paid", "payments/{Number:long}/refunds/{Refund:long}/paid", "refund paid"),
        new("call a refund off", "POST refunds/{id}/call-off", "payments/{Number:long}/refunds/{Refund:long}/call-off", "refund call-off"),
        new("make a payment link", "POST payment-links", "customers/{Id:guid}/link", "link make"),
        new("make a payment link, by its former name", "POST links", None, None, Former),
        new("take a payment link back, by its former name", "POST links/{id}/take-back", None, None, Former),
        new("take a payment link back", "POST payment-links/{id}/take-back", "links/{Id:guid}/take-back", "link take-back"),
        new("open a payment form", "POST sessions", None, None, OfProgram),
        new("book a paid form", "POST sessions/book", None, None, OfProgram),
        new("take what a form entered", "POST sessions/take", None, None, OfProgram),

        // Statements and their lines.
        new("import a statement", "POST statements", "settlements/import", "settlement import"),
        new("book or ignore a line", "POST lines/{id}/book", "settlements/lines/{Id:guid}/book", "settlement match"),
        new("split a line", "POST lines/{id}/split", "settlements/lines/{Id:guid}/split", "settlement split"),
        new("accept proposals", "POST lines/accept", "settlements/decide", "settlement accept"),
        new("ignore lines", "POST lines/ignore", "settlements/decide", "settlement ignore"),
        new("undo an import", "POST statements/{id}/undo", "settlements/{Id:guid}/undo", "settlement undo"),
        new("unbook a line", "POST lines/{id}/unbook", "settlements/lines/{Id:guid}/unbook", "settlement unbook"),
        new("set the tolerance", "POST tolerances", "settlements/tolerances/set", "settlement tolerance"),
        new("end the tolerance", "POST tolerances/end", "settlements/tolerances/end", "settlement tolerance"),
        new("keep a format of CSV", "POST statement-formats", "settlements/import", "settlement format set"),
        new("end a format of CSV", "POST statement-formats/end", "settlements/formats/end", "settlement format end"),
        new("make a rule for lines", "POST line-rules", "settlements/rules/set", "settlement rule set"),
        new("switch a rule for lines", "POST line-rules/switch", "settlements/rules/switch", "settlement rule switch"),
        new("end a rule for lines", "POST line-rules/end", "settlements/rules/end", "settlement rule end"),
        new("erase old lines", None, None, "settlement erase", OfMachine),

        // Collections of the merchant's own bank.
        new("run a collection", "POST collections", "settlements/collections/build", "collect run"),
        new("collect what is due", "POST dues", "settlements/collections/due", "collect due"),
        new("stop a run of what is due", "POST dues/stop", "settlements/collections/due/{Number:long}/stop", "collect due-stop"),
        new("collect each month by itself", "POST dues/policy", "settlements/collections/due/policy", "collect policy set"),
        new("end the monthly runs", "POST dues/policy/end", "settlements/collections/due/policy/end", "collect policy end"),
        new("release a run of what is due", None, "settlements/collections/due/{Number:long}/release", None, OfPeople),
        new("release a collection", "POST collections/release", "settlements/collections/{Number:long}/release", "collect release"),
        new("hand out a collection's file", "POST collections/file", "settlements/collections/{Number:long}/file", "collect file"),
        new("call a collection off", "POST collections/call-off", "settlements/collections/{Number:long}/call-off", "collect call-off"),
        new("read a status report", "POST statements", "settlements/collections/status", "collect status"),
        new("say that a lost file was sent", "POST collections/sent", "settlements/collections/perhaps-sent", "collect sent"),
        new("say that a lost file was not sent", "POST collections/unsent", "settlements/collections/perhaps-sent", "collect unsent"),
        new("hand in a lost file", "POST collections/lost", "settlements/collections/lost", "collect lost"),
        new("set the bank account of collections", "POST collections/account", "settlements/collections/account", "collect account"),
        new("import mandates", "POST mandates/import", "settlements/collections/mandates", "mandate import"),
        new("record a mandate that was signed on paper", "POST mandates", "customers/{Id:guid}/mandate", "mandate record"),
        new("amend a mandate", "POST mandates/amend", "instruments/{Id:guid}/amend", "mandate amend"),

        // Overdue.
        new("set the policy of dunning", "POST dunning", "access/dunning/policy", "dunning policy set"),
        new("end the policy of dunning", "POST dunning", "access/dunning/policy/end", "dunning policy end"),
        new("run the dunning", "POST dunning/run", "access/dunning/run", "dunning run"),
        new("try declined payments again", "POST tries/run", "access/dunning/tries", "retry run"),
        new("hold the dunning of a customer", "POST accounts/{id}/dunning", "customers/{Id:guid}/dunning", "dunning hold"),
        new("release the dunning of a customer", "POST accounts/{id}/dunning", "customers/{Id:guid}/dunning", "dunning release"),
        new("set the policy of retries", "POST tries", "access/dunning/retries", "retry policy set"),
        new("end the policy of retries", "POST tries", "access/dunning/retries/end", "retry policy end"),

        // Mail.
        new("set the accounts at DATEV", "POST datev", "ledger/datev", "export datev-accounts"),
        new("switch a kind of mail", "POST mails/policy", "mails/policy", "mail policy set"),
        new("set a sentence of one's own in mails", "POST mails/sentences", "mails/sentence", "mail sentence set"),
        new("send a test mail", None, "mails/test", "mail test", OfMailbox),
        new("mail a statement", "POST mails/statements", "mails/statement", "mail statement"),
        new("mail the link to a customer's page", "POST mails/account-links", "mails/account-link", "mail account-link"),
        new("hand in a report about a mail", "POST mails/bounces", None, None, OfMailServers),
        new("send a mail again", "POST mails/{id}/resend", "mails/resend", "mail resend"),

        // Second person.
        new("approve a request", None, "approvals/{Number:long}/approve", None, OfPeople),
        new("reject a request", None, "approvals/{Number:long}/reject", "approval reject", OfPeople),
        new("set a limit", "POST limits", "access/limits/set", "approval limit"),
        new("end a limit", "POST limits/end", "access/limits/end", "approval limit"),

        // Access.
        new("create a credential", "POST credentials", "access/credentials/new", "credential create"),
        new("end a credential", "POST credentials/{id}/end", "access/credentials/{Id:long}/revoke", "credential revoke"),
        new("rotate a credential", "POST credentials/rotate", "access/credentials/{Id:long}/rotate", "credential rotate"),
        new("create a client", None, "access/clients/new", "client create", RootOfTrust),
        new("revoke a client", "POST clients/revoke", "access/credentials/{Id:long}/revoke", "client revoke"),
        new("open an API", None, "access/installations/new", "credential create", RootOfTrust),
        new("change the time zone", "POST apis/time-zone", "access/business/zone", "merchant time-zone"),
        new("add a web origin", "POST origins", "access/origins/add", "origin add"),
        new("remove a web origin", "POST origins/remove", "access/origins/remove", "origin remove"),
        new("create a person", None, "access/people/new", "person create", RootOfTrust),
        new("end a person's access", "POST people/end", "access/people/{Id:guid}/end", "person end"),
        new("change a person's role", "POST people/role", "access/people/{Id:guid}/role", "person role"),
        new("reset a password", None, "access/people/{Id:guid}/password", "person set-password", OfPeople),
        new("make a link to a new password", None, "access/people/{Id:guid}/reset-link", "person reset-link", OfPeople),
        new("take a second factor away", None, "access/people/{Id:guid}/second-factor", "person remove-second-factor", OfPeople),
        new("require a second factor", None, "access/second-factor", "merchant second-factor", OfPeople),
        new("unlock a person", None, None, "person unlock", OfPeople),
        new("change one's password", None, "password", None, OfPeople),
        new("prove that it is still you", None, "confirm", None, OfPeople),
        new("make recovery codes", None, "second-factor/codes", None, OfPeople),
        new("set up a second factor", None, "second-factor/new", None, OfPeople),
        new("add a passkey", None, "second-factor/passkeys/new", None, OfPeople),
        new("remove a passkey", None, "second-factor/passkeys/remove", None, OfPeople),
        new("end one's other sessions", None, "sessions/end", None, OfPeople),
        new("save a view of a list", None, "views/{List}/save", None, OfOneself),
        new("rename a view of a list", None, "views/{List}/rename", None, OfOneself),
        new("delete a view of a list", None, "views/{List}/delete", None, OfOneself),
        new("choose the columns of a list", None, "views/{List}/columns", None, OfOneself),

        // Providers and webhooks.
        new("connect a provider", None, "access/providers/connect", "provider connect", OfKeys),
        new("rotate a provider's key", None, None, "provider rotate-key", OfMachine),
        new("set a route", "POST provider-routes", "access/providers/routes/set", "provider route set"),
        new("end a route", "POST provider-routes/end", "access/providers/routes/end", "provider route end"),
        new("add a webhook", "POST webhooks", "webhooks/new", "webhook add"),
        new("end a webhook", "DELETE webhooks/{id}", "webhooks/{Id:guid}/end", "webhook remove"),
        new(
            "rotate the webhooks' secret", "POST webhooks/secret/rotate", "access/credentials/{Id:long}/webhook-secret",
            "webhook rotate-secret"),
        new("send a test event", "POST webhooks/{id}/test", "webhooks/{Id:guid}/test", "webhook test"),
        new("replay all failed messages", "POST webhooks/messages/replay", "webhooks/replay", "webhook dead replay"),
        new("replay a webhook's failed messages", "POST webhooks/messages/replay", "webhooks/{Id:guid}/replay", "webhook dead replay"),

        // Books.
        new("close a month", "POST months/close", "ledger/months/close", "period close"),
        new("reopen a month", "POST months/reopen", "ledger/months/reopen", "period reopen"),
        new("create a merchant", None, None, "merchant create", RootOfTrust),
        new("set the payee of bills", "POST payee", "access/payee", "merchant payee"),
        new("set the logo", "POST profile/logo", "access/business/logo", "merchant logo"),
        new("say who the merchant is", "POST profile", "access/business", "merchant profile"),
    ];

    /// <summary>What is done to the server and its books where they run, and what only reads.</summary>
    private static readonly IReadOnlySet<string> Others = new HashSet<string>
    {
        "completion", "demo", "serve", "backup", "drill", "epoch begin", "export journal", "migrate", "reconcile", "release", "restore",
        "vault rekey", "vault rotate", "vault split",

        "account autopay show", "account list", "approval list", "attempt list", "balance customer", "balance ledger",
        "balance trial", "charge list", "client list",
        "collect list", "collect preview", "credential list", "dunning letters", "dunning policy list", "dunning show", "epoch show",
        "contact export", "link list", "mail list", "mail policy show", "mandate form",
        "mail sentence list", "mail show", "merchant list", "origin list", "payment list",
        "payment show", "provider list", "period list", "person list",
        "provider route list", "refund list",
        "collect policy show", "retry policy show", "seal show",
        "settlement find", "settlement list",
        "search", "settlement format list",
        "settlement rule list", "settlement rule try", "today", "vault check", "verify", "webhook dead list", "webhook list",
    };

    /// <summary>A number of a card is crossed out where people give reasons and names, and never where they name a thing.</summary>
    [Theory]
    [InlineData("account", "A-4111111111111111")]
    [InlineData("client", "app-4111111111111111")]
    [InlineData("email", "4111111111111111@example.com")]
    [InlineData("instrument", "4111111111111111")]
    [InlineData("message", "msg_4111111111111111_1")]
    [InlineData("origin", "https://4111111111111111.example")]
    [InlineData("webhook", "4111111111111111")]
    public void NameOfAThing_IsReadWithAllItsDigits(string name, string typed)
    {
        var asks = MerchantActs.Offered.SelectMany(act => act.Asks).Where(ask => ask.Name == name && ask.Kind == AskKind.Text).ToList();

        Assert.NotEmpty(asks);
        Assert.All(asks, ask => Assert.Equal(typed, ask.TextOf(typed)));
    }

    [Fact]
    public void EachAct_IsOnEachFace_OrSaysWhyNot() =>
        Assert.Equal([], Acts.Where(act => act.IsOnAll != (act.Why is null)).Select(act => act.What));

    /// <summary>Each face asks for a reason where the act is grave, and takes one anywhere else.</summary>
    [Fact]
    public async Task GraveActs_NeedAReason_AndOthersMayHaveOne()
    {
        var api = JsonNode.Parse(await books.Client.GetStringAsync("/openapi/quittance.json", TestContext.Current.CancellationToken))!;
        Assert.All(MerchantActs.Offered.Where(act => act.Operation is not null), act =>
        {
            var body = api["paths"]![$"/api/v1/{act.Operation!.Path}"]!["post"]!["requestBody"]!;
            var schema = (string)body["content"]!["application/json"]!["schema"]!["$ref"]!;
            var shape = api["components"]!["schemas"]![schema.Split('/')[^1]]!;
            Assert.NotNull(shape["properties"]!["reason"]);
            Assert.Equal(act.IsGrave, shape["required"]?.AsArray().Any(name => (string)name! == "reason") ?? false);
        });

        var commands = Commands(Program.Commands(), "").ToDictionary(command => command.Path, command => command.Command);
        Assert.Equal([], MerchantActs.Offered
            .Where(act => !act.IsGrave)
            .SelectMany(act => Acts.Where(row => row.Operation == $"POST {act.Operation?.Path}" && row.Command.Length > 0))
            .Where(row => commands[row.Command].Options.Any(one => one is { Name: "--reason", Required: true }))
            .Select(row => row.Command));
    }

    [Fact]
    public void EveryOperationThatChangesSomething_IsAnAct() => AssertSame(
        books.Routes.Where(route => route.Metadata.GetMetadata<Dialect>()?.Name == "quittance").Select(route => (
            Method: route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single(),
            Path: route.RoutePattern.RawText!.TrimStart('/')["api/v1/".Length..]))
            .Where(one => one.Method is not ("GET" or "HEAD")).Select(one => $"{one.Method} {one.Path}"),
        act => act.Operation);

    [Fact]
    public void EveryPageThatChangesSomething_IsAnAct() => AssertSame(
        // Everyone may open the page that hands a file out, and not everyone may send its form.
        ConsolePages.All.Where(page => page.IsAction || page.Template.EndsWith("/file", StringComparison.Ordinal))
            .Select(page => page.Template["/console/".Length..]),
        act => act.Page);

    [Fact]
    public void EveryCommand_IsAnAct_OrReads_OrIsTheServersOwn()
    {
        AssertSame(Leaves(Program.Commands(), "").Where(name => !Others.Contains(name)), act => act.Command);
        Assert.Equal([], Others.Except(Leaves(Program.Commands(), "")));
    }

    /// <summary>Petra's bill was paid with Uwe's money, who owes two bills.</summary>
    [Theory]
    [InlineData(Face.Api, false, "0.00", "11.00")]
    [InlineData(Face.Api, true, "10.00", "20.00")]
    [InlineData(Face.Console, false, "0.00", "11.00")]
    [InlineData(Face.Console, true, "10.00", "20.00")]
    [InlineData(Face.Command, false, "0.00", "11.00")]
    [InlineData(Face.Command, true, "10.00", "20.00")]
    public async Task MovedMoney_ThatNamesNoCharge_PaysTheOldest_UnlessItIsToBeCredit(
        Face face, bool asCredit, string older, string newer)
    {
        var biller = await Biller.OpenAsync(books);
        var (petra, uwe) = (await biller.CustomerAsync(), await biller.CustomerAsync());
        var (ofPetra, first, second) = (
            await biller.OwingAsync(petra, "19"), await biller.OwingAsync(uwe, "10"), await biller.OwingAsync(uwe, "20"));
        var paid = (await biller.PostAsync(Biller.Payments, Biller.Cash(petra, "19", ofPetra))).Json;
        var customer = (string)(await biller.GetAsync($"{Biller.Accounts}/{uwe}")).Json["number"]!.ToString();
        const string Why = "It was Uwe's money";
        switch (face)
        {
            case Face.Api:
                var move = new JsonObject { ["account"] = uwe, ["reason"] = Why };
                if (asCredit)
                    move["charges"] = new JsonArray();
                Assert.Equal(HttpStatusCode.Created, (await biller.PostAsync($"{Biller.Payments}/{paid["id"]}/move", move)).Status);
                break;
            case Face.Console:
                using (var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, biller.Merchant))
                {
                    var form = await SeenForm.OpenAsync(desk, $"/console/payments/{paid["number"]}/move");
                    (string, string)[] said = [("Customer", customer), ("Reason", Why), .. asCredit ? [("AsCredit", "true")] : Nothing];
                    var shown = SeenForm.Hidden((await form.SendAsync(said)).Page, "Shown");
                    Assert.NotNull((await form.SendAsync([.. said, ("Shown", shown)])).To);
                }

                break;
            case Face.Command:
                string[] command = ["payment", "move", $"{paid["number"]}", "--customer", customer, "--reason", Why];
                var (exitCode, _, error) = await RunningProgram.RunAsync(
                    [.. command, .. asCredit ? ["--as-credit"] : Array.Empty<string>(), "--merchant", $"{biller.Merchant.Value}",
                        "--database", books.ConnectionString]);
                Assert.True(exitCode == 0, error);
                break;
        }

        Assert.Equal(["19.00", older, newer], await biller.OpenOfAsync(ofPetra, first, second));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    private static readonly (string, string)[] Nothing = [];

    public enum Face
    {
        Api,
        Console,
        Command,
    }

    private static void AssertSame(IEnumerable<string> built, Func<Act, string> named) => Assert.Equal(
        built.Distinct().Order(StringComparer.Ordinal),
        Acts.Select(named).Where(name => name.Length > 0).Distinct().Order(StringComparer.Ordinal));

    private static IEnumerable<string> Leaves(Command command, string path) => Commands(command, path).Select(one => one.Path);

    private static IEnumerable<(string Path, Command Command)> Commands(Command command, string path) =>
        command.Subcommands.Count == 0 ? [(path, command)]
            : command.Subcommands.SelectMany(sub => Commands(sub, path.Length == 0 ? sub.Name : $"{path} {sub.Name}"));

    /// <summary>What a person or a program does.</summary>
    /// <param name="Operation">The operation below <c>/api/v1/</c>.</param>
    /// <param name="Page">The page below <c>/console/</c>.</param>
    /// <param name="Why">Why a face lacks it; null where all have it.</param>
    private sealed record Act(string What, string Operation, string Page, string Command, string? Why = null)
    {
        public bool IsOnAll => Operation.Length > 0 && Page.Length > 0 && Command.Length > 0;
    }
}
