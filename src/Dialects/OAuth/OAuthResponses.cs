using Quittance.Core.Access;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.OAuth;

/// <summary>The answers of the authorisation server.</summary>
internal static class OAuthResponses
{
    private const string Bearer = "Bearer";

    private static readonly string[] WithSecret = ["client_secret_basic", "client_secret_post"];
    private static readonly string[] WithOrWithoutSecret = [.. WithSecret, "none"];

    private static readonly Shape Words = List(Text("A word."));

    public static readonly Resource<OAuthError> Error = new("Error", "What is wrong (RFC 6749 5.2).")
    {
        { Required("error", Word(
                "What it is, for programs.", "invalid_request", "invalid_client", "invalid_grant", "invalid_scope", "unauthorized_client",
                "unsupported_grant_type", "temporarily_unavailable", "server_error")),
            error => error.Code },
        { Required("error_description", Text("What to do about it.")), error => error.Description },
    };

    public static readonly Resource<IssuedTokens> Tokens = new("Tokens", "Tokens that were issued (RFC 6749 5.1).")
    {
        { Required("access_token", Text("The access token.")), tokens => tokens.AccessToken },
        { Required("token_type", Word("How it is sent.", Bearer)), _ => Bearer },
        { Required("expires_in", Whole("How long it is good, in seconds.", 1)), tokens => (long)tokens.Lifetime.TotalSeconds },
        { Optional("refresh_token", Text("The token for the next ones; it is good once.")), tokens => tokens.RefreshToken },
        { Required("scope", Text("What it allows.")), tokens => string.Join(' ', tokens.Scopes) },
    };

    /// <summary>The state of a token, null where it is not good, and the name of the issuer.</summary>
    public static readonly Resource<(TokenState? Token, string Issuer)> State = new("TokenState", "The state of a token (RFC 7662 2.2).")
    {
        { Required("active", Flag("Whether it is good.")), state => state.Token is not null },
        { Optional("scope", Text("What it allows.")), state => state.Token is { } token ? string.Join(' ', token.Scopes) : null },
        { Optional("client_id", Text("Its owner.")), state => state.Token?.Client },
        { Optional("username", Text("The e-mail address of the person it acts for.")), state => state.Token?.Email },
        { Optional("token_type", Word("How it is sent.", Bearer)), state => state.Token is { IsRefresh: false } ? Bearer : null },
        { Optional("exp", Whole("Until when it is good, in seconds since 1970.")), state => state.Token?.ExpiresAt.ToUnixTimeSeconds() },
        { Optional("iat", Whole("When it was issued, in seconds since 1970.")), state => state.Token?.IssuedAt.ToUnixTimeSeconds() },
        { Optional("sub", Text("The subject that it acts for.")), state => state.Token?.Subject },
        { Optional("iss", Link("Its issuer.")), state => state.Token is null ? null : state.Issuer },
    };

    /// <summary>The metadata of the server at an address.</summary>
    public static readonly Resource<string> Metadata = new("Metadata", "What the server can do (RFC 8414).")
    {
        { Required("issuer", Link("Its name.")), address => address },
        { Required("authorization_endpoint", Link("Where people sign in.")), address => address + OAuthRoutes.AuthorizePath },
        { Required("token_endpoint", Link("Where tokens are given.")), address => address + OAuthRoutes.TokenPath },
        { Required("revocation_endpoint", Link("Where they are given back.")), address => address + OAuthRoutes.RevokePath },
        { Required("introspection_endpoint", Link("Where they are asked about.")), address => address + OAuthRoutes.IntrospectPath },
        { Required("response_types_supported", Words), _ => ["code"] },
        { Required("response_modes_supported", Words), _ => ["query"] },
        { Required("grant_types_supported", Words), _ => ["client_credentials", "authorization_code", "refresh_token"] },
        { Required("code_challenge_methods_supported", Words), _ => ["S256"] },
        { Required("authorization_response_iss_parameter_supported", Flag("Whether it says its name when it sends people back.")),
            _ => true },
        { Required("token_endpoint_auth_methods_supported", Words), _ => WithOrWithoutSecret },
        { Required("revocation_endpoint_auth_methods_supported", Words), _ => WithOrWithoutSecret },
        { Required("introspection_endpoint_auth_methods_supported", Words), _ => WithSecret },
    };
}
