using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Providers;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiDocument;
using static Quittance.Dialects.OwnApi.OwnApiRequests;
using static Quittance.Dialects.OwnApi.OwnApiResponses;

namespace Quittance.Dialects.OwnApi.Access;

/// <summary>A program to let in.</summary>
internal sealed class CredentialRequest
{
    public string? Api { get; set; }

    public string? Name { get; set; }

    /// <summary>Null for the usual ones of the API.</summary>
    public IReadOnlyList<string>? Scopes { get; set; }
}

/// <summary>The credentials of a new program, with their secrets.</summary>
internal sealed record IssuedSecrets(string Api, string Name, IReadOnlyList<string> Scopes, IReadOnlyList<IssuedSecret> Secrets);

/// <summary>The requests and answers about credentials and accounts at providers, with their descriptions.</summary>
internal static class AccessShapes
{
    private const string OfCredentials = "Credentials";
    private const int MostName = 100;
    private const int MostScopes = 100;

    public static readonly Resource<CredentialRequest> CredentialCreate = new("CredentialCreate", "A program to let in.", isClosed: true)
    {
        {
            Required("api", Text("The API that it calls, such as `quittance`; the merchant has opened it.", MostText, 1)),
            asked => asked.Api, (asked, text) => asked.Api = text
        },
        {
            Required("name", NameText("The program, for people.", MostName, 1)), asked => asked.Name,
            (asked, text) => asked.Name = Masked(text)
        },
        {
            Optional("scopes", List(Text("A scope of the API.", MostText, 1),
                "What it may do; without them what is usual. Only a person gives `administer`.", MostScopes, 1)),
            asked => asked.Scopes, (asked, items) => asked.Scopes = [.. items.Texts(MostText)]
        },
    };

    public static readonly Resource<IssuedCredential> Credential = new("Credential", "A credential of a program; never its secret.")
    {
        { Required("id", Whole("Its number.", 1)), credential => credential.Id },
        { Required("api", Text("The API that it calls.")), credential => credential.Dialect },
        {
            Required("kind", Word("How its secret is presented.", EnumWords.All<CredentialKind>())),
            credential => EnumWords.Of(credential.Kind)
        },
        { Required("name", Text("The program, for people.")), credential => credential.Name },
        { Required("scopes", List(Text("A scope."), "What it may do.")), credential => credential.Scopes },
        { Required("created_at", Moment("Since when it is there.")), credential => TextOf(credential.CreatedAt) },
        { Optional("ends_at", Moment("When its access ended, or will end.")),
            credential => credential.EndsAt is { } end ? TextOf(end) : null },
    };

    public static readonly Resource<IReadOnlyList<IssuedCredential>> Credentials = new("CredentialList", "The credentials.")
    {
        {
            Required("items", List(Credential, "All of them, in the order of their numbers, those that have ended too.")), Credential,
            credentials => credentials
        },
    };

    private static readonly Resource<ConnectedProvider> Provider = new("ProviderAccount", "An account at a provider; never its keys.")
    {
        { Required("provider", Text("The provider.")), account => account.Provider },
        { Required("address", Link("Where the provider listens.")), account => account.Address.AbsoluteUri },
        { Required("changed_at", Moment("Since when its keys are these.")), account => TextOf(account.ChangedAt) },
        { Required("unanswered_count", Whole("How many requests it has not answered.", 0)), account => account.Unanswered },
        { Optional("unanswered_since", Moment("Since when the oldest of them waits.")),
            account => account.UnansweredSince is { } oldest ? TextOf(oldest) : null },
    };

    public static readonly Resource<IReadOnlyList<ConnectedProvider>> Providers = new("ProviderAccountList", "The accounts.")
    {
        { Required("items", List(Provider, "All of them, by the names of their providers.")), Provider, accounts => accounts },
    };

    private static readonly Resource<IssuedSecret> Secret = new(null, "A credential with its secret.")
    {
        { Required("id", Whole("Its number.", 1)), issued => issued.Id },
        { Required("kind", Word("How its secret is presented.", EnumWords.All<CredentialKind>())), issued => EnumWords.Of(issued.Kind) },
        { Required("secret", Text("Its secret, which no other answer has.")), issued => issued.Secret },
    };

    public static readonly Resource<IssuedSecrets> NewCredentials = new("NewCredentials", "The credentials of a new program.")
    {
        { Required("api", Text("The API that it calls.")), issued => issued.Api },
        { Required("name", Text("The program, for people.")), issued => issued.Name },
        { Required("scopes", List(Text("A scope."), "What it may do.")), issued => issued.Scopes },
        { Required("credentials", List(Secret, "One for each way to present a secret; some APIs need several.")), Secret,
            issued => issued.Secrets },
    };

    public static Operation ListCredentials { get; } = new("listCredentials", OfCredentials, "Lists the credentials of programs")
    {
        Description = "Those of every API, with ended ones. No answer has a secret of one.",
        Replies = [new(200, "The credentials.", Credentials), Invalid],
    };

    public static Operation CreateCredential { get; } = new("createCredential", OfCredentials, "Lets a program into an API")
    {
        Description = "The secret is answered once: a repeated request is refused with `secret-answered`. Only a person gives the scope "
            + "`administer`, in the console or on the command line.",
        Body = CredentialCreate,
        Replies =
        [
            new(201, "The credentials with their secrets.", NewCredentials),
            Conflict("The request was carried out before"),
        ],
    };

    public static Operation EndCredential { get; } = new("endCredential", OfCredentials, "Lets a credential in no more")
    {
        Description = "Neither its secret nor a former one is let in, after five seconds at most. Its webhooks end.",
        Parameters = [InPath(OwnApiRoutes.Id, Whole("Its number.", 1))],
        Body = Reason,
        Replies =
        [
            new(200, "The credential.", Credential), NoSuch("credential"),
            Conflict("It has ended"),
        ],
    };

    public static Operation ListProviders { get; } = new("listProviders", "Providers", "Lists the merchant's accounts at providers")
    {
        Description = "No answer has a key. An operator of the server's machine connects a provider: numbers of cards go to its address.",
        Replies = [new(200, "The accounts.", Providers), Invalid],
    };

    /// <summary>Reads a program to let in.</summary>
    public static Reading<CredentialRequest, OwnApiProblem> ReadCredential(ReadOnlyMemory<byte> body) => Read(body, fields =>
    {
        var asked = CredentialCreate.Read(fields, new CredentialRequest());
        if (asked.Scopes is [])
            fields.Refuse("scopes", FieldProblem.TooShort, "at least one scope");
        return asked;
    });
}
