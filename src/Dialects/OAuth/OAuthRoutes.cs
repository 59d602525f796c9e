using Microsoft.AspNetCore.Http;
using Quittance.Core.Access;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.OAuth;

/// <summary>
/// The authorisation server: it lets programs act for themselves and for people who sign in, by OAuth 2 as RFC 9700 wants it today.
/// No API of its own but what lets clients into the others.
/// </summary>
/// <param name="address">Where clients reach this server; also its name as an issuer.</param>
/// <param name="clients">The clients.</param>
/// <param name="authorisations">What they may do for whom.</param>
public sealed class OAuthRoutes(PublicAddress address, IClients clients, IAuthorisations authorisations) : Dialect
{
    private const string MetadataPath = "/.well-known/oauth-authorization-server";
    private const string TokenPath = "/oauth/token";
    private const string RevokePath = "/oauth/revoke";
    private const string IntrospectPath = "/oauth/introspect";

    /// <inheritdoc/>
    public override string Name => "oauth";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Paths { get; } = ["/oauth", MetadataPath];

    /// <inheritdoc/>
    public override long BodyLimit => 16 * 1024;

    /// <inheritdoc/>
    public override void Map(DialectRoutes routes)
    {
        var tokens = new TokenEndpoints(clients, authorisations, address.Base, BodyLimit);
        routes.Open(HttpMethods.Post, TokenPath, tokens.TokenAsync);
        routes.Open(HttpMethods.Post, RevokePath, tokens.RevokeAsync);
        routes.Open(HttpMethods.Post, IntrospectPath, tokens.IntrospectAsync);
        routes.Open(HttpMethods.Get, MetadataPath, http => DialectRoutes.WriteAsync(http, Metadata()));
    }

    /// <inheritdoc/>
    /// <remarks>Its operations find out by themselves: a client shows its secret in a form as well.</remarks>
    public override ValueTask<Credential?> AuthenticateAsync(HttpContext http, ICredentials credentials) => ValueTask.FromResult<Credential?>(null);

    /// <inheritdoc/>
    public override Answer Refuse(HttpContext http, EdgeFault fault, string? detail = null) => OAuthError.Of(fault).ToAnswer();

    // RFC 8414.
    private Answer Metadata() => new(StatusCodes.Status200OK, json =>
    {
        json.WriteStartObject();
        json.WriteString("issuer", address.Base);
        json.WriteString("token_endpoint", address.Base + TokenPath);
        json.WriteString("revocation_endpoint", address.Base + RevokePath);
        json.WriteString("introspection_endpoint", address.Base + IntrospectPath);
        Write("grant_types_supported", "client_credentials");
        Write("token_endpoint_auth_methods_supported", "client_secret_basic", "client_secret_post", "none");
        Write("revocation_endpoint_auth_methods_supported", "client_secret_basic", "client_secret_post", "none");
        Write("introspection_endpoint_auth_methods_supported", "client_secret_basic", "client_secret_post");
        json.WriteEndObject();

        void Write(string name, params ReadOnlySpan<string> values)
        {
            json.WriteStartArray(name);
            foreach (var value in values)
                json.WriteStringValue(value);
            json.WriteEndArray();
        }
    });
}
