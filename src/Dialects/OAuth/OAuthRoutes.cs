using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core.Access;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Pages;
using Quittance.Dialects.OpenApi;

namespace Quittance.Dialects.OAuth;

/// <summary>
/// The authorisation server: it lets programs act for themselves and for people who sign in, by OAuth 2 as RFC 9700 wants it today.
/// It has no API of its own: it lets clients into the others.
/// </summary>
/// <param name="address">Where clients reach this server; also its name as an issuer.</param>
/// <param name="people">The people who sign in.</param>
/// <param name="authorisations">The permissions of clients to act for people.</param>
/// <param name="rights">What people may let clients do.</param>
/// <param name="words">The words for what a scope of an installation allows.</param>
public sealed class OAuthRoutes(
    PublicAddress address, IClients clients, IPeople people, IAuthorisations authorisations, PeopleRights rights,
    Func<Installation, string, string> words, IReadOnlyList<string> crossOriginApis) : Dialect
{
    /// <summary>Where clients send people.</summary>
    internal const string AuthorizePath = "/oauth/authorize";

    private const string MetadataPath = "/.well-known/oauth-authorization-server";
    internal const string TokenPath = "/oauth/token";
    internal const string RevokePath = "/oauth/revoke";
    internal const string IntrospectPath = "/oauth/introspect";

    public override string Name => "oauth";

    public override IReadOnlyList<string> Paths { get; } = ["/oauth", MetadataPath];

    // A page that calls an API gets its token here.
    public override IReadOnlyList<string> CrossOriginApis => crossOriginApis;

    public override long BodyLimit => 16 * 1024;

    public override ApiDescription Description => OAuthDocument.Api;

    public override void Map(DialectRoutes routes)
    {
        var authorize = new AuthorizeEndpoint(address, clients, people, authorisations, rights, words, BodyLimit);
        routes.Open(HttpMethods.Get, AuthorizePath, authorize.ShowAsync).WithMetadata(OAuthDocument.ShowPage);
        routes.Open(HttpMethods.Post, AuthorizePath, authorize.DecideAsync).WithMetadata(OAuthDocument.Decide);
        routes.Open(
            HttpMethods.Get, AuthorizePages.StylePath,
            http => PageFrame.ShowAsync(http, "text/css; charset=utf-8", "Pages.base.css", "OAuth.style.css"))
            .WithMetadata(OAuthDocument.Style);
        var tokens = new TokenEndpoints(clients, authorisations, address.Base, BodyLimit);
        routes.Open(HttpMethods.Post, TokenPath, tokens.TokenAsync).WithMetadata(OAuthDocument.Token);
        routes.Open(HttpMethods.Post, RevokePath, tokens.RevokeAsync).WithMetadata(OAuthDocument.Revoke);
        routes.Open(HttpMethods.Post, IntrospectPath, tokens.IntrospectAsync).WithMetadata(OAuthDocument.Introspect);
        routes.Open(HttpMethods.Get, MetadataPath, http => DialectRoutes.WriteAsync(http, OAuthResponses.Metadata.ToAnswer(address.Base)))
            .WithMetadata(OAuthDocument.Metadata);
    }

    /// <remarks>Its operations find out by themselves: a client shows its secret in a form as well.</remarks>
    public override ValueTask<Credential?> AuthenticateAsync(HttpContext http, ICredentials credentials) =>
        ValueTask.FromResult<Credential?>(null);

    /// <remarks>People get a page.</remarks>
    public override Answer Refuse(HttpContext http, EdgeFault fault, string? detail = null)
    {
        var error = OAuthError.Of(fault);
        return http.Request.Path.StartsWithSegments(AuthorizePath, StringComparison.OrdinalIgnoreCase)
            ? AuthorizePages.Answer(http, error.Status,
                AuthorizePages.Trouble(error.Description)) with
            { RetryAfterSeconds = error.ToAnswer().RetryAfterSeconds }
            : error.ToAnswer();
    }
}
