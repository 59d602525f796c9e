using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Dialects.OwnApi;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.OwnApi;

/// <summary>A billing system of a merchant: a client of Quittance's own API, over HTTP.</summary>
internal sealed class Biller(HttpClient client, MerchantId merchant, string secret)
{
    public const string Accounts = "/api/v1/accounts";
    public const string Charges = "/api/v1/charges";
    public const string Payments = "/api/v1/payments";
    public const string Statements = "/api/v1/statements";
    public const string Lines = "/api/v1/lines";
    public const string Credentials = "/api/v1/credentials";
    public const string Webhooks = "/api/v1/webhooks";
    public const string Disputes = "/api/v1/disputes";
    public const string Events = "/api/v1/events";
    public const string Instruments = "/api/v1/instruments";
    public const string Sessions = "/api/v1/sessions";
    public const string Links = "/api/v1/payment-links";

    public Biller(BooksFixture books, MerchantId merchant, string secret)
        : this(books.Client, merchant, secret)
    {
    }

    public MerchantId Merchant => merchant;

    public string Secret => secret;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Of a merchant of its own.</summary>
    public static async Task<Biller> OpenAsync(BooksFixture books, params string[] scopes) =>
        await OpenAsync(books, await books.Merchants.CreateAsync($"Works {NewText()}", Cancel), scopes);

    /// <summary>Of a merchant, with all scopes where none is named.</summary>
    public static Task<Biller> OpenAsync(BooksFixture books, MerchantId merchant, params string[] scopes) =>
        OpenAsync(books.Client, books.Merchants, merchant, scopes);

    /// <summary>Of a merchant on any server.</summary>
    /// <param name="client">Reaches the server.</param>
    public static async Task<Biller> OpenAsync(HttpClient client, Merchants merchants, MerchantId merchant, params string[] scopes)
    {
        var secret = $"qk_{NewText()}";
        SecretWatch.OfTheRun.Add([secret]);
        var installation = await merchants.InstallAsync(merchant, "quittance", Currency.Parse("EUR"), Cancel);
        await merchants.EnsureCredentialAsync(
            installation, CredentialKind.Bearer, "billing", secret, scopes.Length == 0 ? OwnApiRoutes.Setup.Scopes : scopes, Cancel);
        return new Biller(client, merchant, secret);
    }

    public static string NewText() => $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";

    /// <summary>A text of letters alone, which no number of an account or a card is part of.</summary>
    public static string NewWord() => string.Concat(NewText().Select(sign => char.IsDigit(sign) ? (char)('g' + (sign - '0')) : sign));

    /// <summary>The body of an import of a statement.</summary>
    public static JsonObject File(string text) => new()
    {
        ["file"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)),
        ["name"] = "statement.xml",
    };

    /// <summary>An amount as a member of a body.</summary>
    public static JsonObject Euro(string amount, string currency = "EUR") => new() { ["amount"] = amount, ["currency"] = currency };

    /// <summary>The body of a charge.</summary>
    public static JsonObject Charge(string account, string amount, string? reference = null) => new()
    {
        ["account"] = account,
        ["amount"] = Euro(amount),
        ["due"] = "2026-12-01",
        ["reference"] = reference ?? $"INV-{NewText()}",
    };

    /// <summary>The body of a payment in cash for charges.</summary>
    public static JsonObject Cash(string account, string amount, params string[] charges) => new()
    {
        ["account"] = account,
        ["amount"] = Euro(amount),
        ["method"] = "cash",
        ["charges"] = new JsonArray([.. charges.Select(charge => (JsonNode)charge)]),
    };

    public Task<TravelAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>A request with a key of its own, where it names none.</summary>
    public Task<TravelAnswer> PostAsync(string path, JsonNode body, string? key = null) =>
        SendAsync(HttpMethod.Post, path, body.ToJsonString(), key ?? NewText());

    public Task<TravelAnswer> SendAsync(
        HttpMethod method, string path, string? body = null, string? key = null, string? ifMatch = null) =>
        Traveller.SendAsync(client, $"Bearer {secret}", method, path, body, key, ifMatch: ifMatch);

    /// <summary>Opens an account. Returns its reference.</summary>
    public async Task<string> CustomerAsync(string currency = "EUR")
    {
        var reference = $"C-{NewText()}";
        var opened = await PostAsync(
            Accounts, new JsonObject { ["reference"] = reference, ["currency"] = currency, ["name"] = "Ada Nkemelu" });
        Assert.True(opened.Status == HttpStatusCode.Created, opened.Text);
        return reference;
    }

    /// <summary>Imports a statement. Returns its lines as they are now.</summary>
    public async Task<JsonArray> ImportedAsync(Camt statement)
    {
        var imported = await PostAsync(Statements, File(statement.ToXml()));
        Assert.True(imported.Status == HttpStatusCode.Created, imported.Text);
        return (await GetAsync($"{Statements}/{imported.Json["statements"]![0]!["id"]}/lines")).Json["items"]!.AsArray();
    }

    /// <summary>The open parts of charges, in major units.</summary>
    public async Task<IReadOnlyList<string>> OpenOfAsync(params string[] charges)
    {
        List<string> open = [];
        foreach (var charge in charges)
            open.Add((string)(await GetAsync($"{Charges}/{charge}")).Json["open"]!["amount"]!);
        return open;
    }

    /// <summary>Raises a charge. Returns its id.</summary>
    public async Task<string> OwingAsync(string account, string amount, string currency = "EUR")
    {
        var charge = Charge(account, amount);
        charge["amount"] = Euro(amount, currency);
        var raised = await PostAsync(Charges, charge);
        Assert.True(raised.Status == HttpStatusCode.Created, raised.Text);
        return (string)raised.Json["id"]!;
    }
}
