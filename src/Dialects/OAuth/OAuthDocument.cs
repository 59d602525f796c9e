using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.OAuth;

/// <summary>The operations in the document of the authorisation server.</summary>
internal static class OAuthDocument
{
    private const string Tokens = "Tokens";
    private const string People = "People";

    private static readonly string[] Html = ["text/html"];
    private static readonly string[] Form = ["application/x-www-form-urlencoded"];

    private static readonly Member[] OfClient =
    [
        Optional("client_id", Text("The client, where it is not named by HTTP Basic.")),
        Optional("client_secret", Text("Its secret, where it is not sent by HTTP Basic.")),
    ];

    private static readonly Security Basic =
        Security.Http("basic", "basic", "The client and its secret; both may be sent in the form as well.");

    private static readonly Parameter[] OfAuthorize =
    [
        InQuery("client_id", Text("The client."), isRequired: true),
        InQuery("redirect_uri", Link("Where the person is sent back to: one of the client's addresses."), isRequired: true),
        InQuery("response_type", Word("What the client gets.", "code"), isRequired: true),
        InQuery("response_mode", Word("How the client gets it.", "query")),
        InQuery("scope", Text("What the client wants to do; by default all that it may.")), InQuery("state", Text("Given back as it is.")),
        InQuery("code_challenge", Like("The hash of the verifier.", "^[A-Za-z0-9_-]{43}$"), isRequired: true),
        InQuery("code_challenge_method", Word("How it was made.", "S256"), isRequired: true),
    ];

    private static readonly Reply Refused = new(400, "The request is not valid.");

    private static readonly Reply Unknown = new(401, "The client is unknown, or does not prove that it is itself.")
    {
        Headers = [new("WWW-Authenticate", Text("How a client proves it."))],
    };

    /// <summary>The whole.</summary>
    public static ApiDescription Api { get; } = new(
        "Authorisation server",
        "Lets programs act for themselves, and for people who sign in: OAuth 2 with client credentials, codes with PKCE, and refresh "
        + "tokens.", OAuthResponses.Error);

    /// <summary>GET of the metadata.</summary>
    public static Operation Metadata { get; } =
        new("getMetadata", "Metadata", "Describes the server") { Replies = [new(200, "The server's metadata.", OAuthResponses.Metadata)] };

    /// <summary>GET of the page.</summary>
    public static Operation ShowPage { get; } =
        new("authorize", People, "Shows the page on which a person signs in and lets the client act for them")
        {
            Parameters = OfAuthorize,
            Replies =
            [
                Page(200, "The page."), SentBack, Page(400, "The client or the address to go back to is not known."), .. PagesAround,
            ],
        };

    /// <summary>POST of the page's own form.</summary>
    public static Operation Decide { get; } = new("decide", People, "Takes the form of that page, which only the page itself can send")
    {
        Parameters = OfAuthorize,
        Body = Object(
            "Decision", "The person's decision.",
            Required("proof", Text("The proof that the form is the page's.")),
            Required("decision", Word("Whether they allow it.", "allow", "deny")),
            Optional("email", Text("Their e-mail address.")), Optional("password", Text("Their password.")),
            Optional("pending", Text("The sign-in that waits for a code.")), Optional("code", Text("The code of a second factor.")),
            Optional("kept", Text("The sign-in of a person who has seen what they can allow.")),
            Optional("scopes", Text("What the page that they allow shows."))),
        MediaTypes = Form,
        Replies =
        [
            Page(200, "The page asks for the next step."), SentBack, Page(400, "The form is not valid."),
            Page(403, "The e-mail address or the password is wrong."),
            Page(413, "The form is too large."),
            Page(429, "There were too many tries.") with { Headers = [new("Retry-After", Whole("How long to wait, in seconds.", 1))] },
            .. PagesAround,
        ],
    };

    /// <summary>GET of the stylesheet.</summary>
    public static Operation Style { get; } = new("getStyle", People, "Gives the stylesheet of that page")
    {
        Replies = [new(200, "The stylesheet.", Text("CSS.")) { MediaTypes = ["text/css"] }],
    };

    /// <summary>POST of a grant.</summary>
    public static Operation Token { get; } = new("getToken", Tokens, "Gives tokens for a grant")
    {
        Security = [Basic, Security.None],
        Body = Object(
            "Grant", "What tokens are asked for with.",
            [
                Required("grant_type", Word("The kind of grant.", "client_credentials", "authorization_code", "refresh_token")),
                .. OfClient,
                Optional("scope", Text("What the tokens are to allow; by default all that they may.")),
                Optional("code", Text("The code that the person brought back.")),
                Optional("redirect_uri", Text("Where they were sent back to.")),
                Optional("code_verifier", Like("What the challenge was made of.", "^[A-Za-z0-9._~-]{43,128}$")),
                Optional("refresh_token", Text("The refresh token.")),
            ]),
        MediaTypes = Form,
        Replies = [new(200, "The tokens.", OAuthResponses.Tokens), Refused, Unknown, TooLarge],
    };

    /// <summary>POST of a token that is not needed any more.</summary>
    public static Operation Revoke { get; } =
        OfToken("revokeToken", "Takes a token back", new(200, "The token is not valid any more, if it ever was."));

    /// <summary>POST of a token to ask about.</summary>
    public static Operation Introspect { get; } =
        OfToken("introspectToken", "Gives the state of a token", new(200, "The state of the token.", OAuthResponses.State));

    private static Reply TooLarge => new(413, "The form is too large.");

    private static Reply SentBack => new(303, "The person is sent back, with a code or with an error.") { Headers = [SentHeader.Location] };

    private static IReadOnlyList<Reply> PagesAround =>
        [Page(500, "The server failed on an error of its own."), Page(503, "The server can't do it just now.")];

    private static Reply Page(int status, string when) => new(status, when, Text("A page for people.")) { MediaTypes = Html };

    private static Operation OfToken(string id, string summary, Reply good) => new(id, Tokens, summary)
    {
        Security = [Basic, Security.None],
        Body = Object(
            "Token", "A token.",
            [Required("token", Text("The token.")), Optional("token_type_hint", Text("Its kind; the server finds it by itself.")),
            .. OfClient]),
        MediaTypes = Form,
        Replies = [good, Refused, Unknown, TooLarge],
    };
}
