using System.Text;
using Microsoft.AspNetCore.Http;
using Quittance.Core.Access;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Pages;

namespace Quittance.Dialects.OAuth;

/// <summary>The form by which a person allows a part of what a client wants.</summary>
/// <param name="Kept">The token of their sign-in.</param>
/// <param name="Scopes">The scopes that the page shows.</param>
/// <param name="SentBackTo">Where they go afterwards, as they can read it.</param>
internal sealed record ConsentForm(string Kept, string Scopes, string SentBackTo)
{
    /// <summary>Where the form goes.</summary>
    public required string Action { get; init; }

    /// <summary>The proof that the form is ours.</summary>
    public required string Proof { get; init; }

    /// <summary>The words for what a scope allows.</summary>
    public required Func<string, string> Words { get; init; }
}

/// <summary>The pages that people see. They need no script, and may be shown in no frame.</summary>
internal static class AuthorizePages
{
    /// <summary>Where their stylesheet is.</summary>
    public const string StylePath = "/oauth/style.css";

    /// <summary>The page on which someone signs in and lets the client in.</summary>
    /// <param name="request">The client's request.</param>
    /// <param name="sentBackTo">Where they go afterwards, as they can read it.</param>
    /// <param name="words">The words for what a scope allows.</param>
    /// <param name="action">Where the form goes.</param>
    /// <param name="proof">The proof that the form is ours.</param>
    /// <param name="email">The address that they typed before.</param>
    /// <param name="trouble">The fault of that input; null for none.</param>
    /// <param name="pending">The token of a sign-in whose password was right: the page asks for the code; null for none.</param>
    public static Markup SignIn(
        AuthorizeRequest request, string sentBackTo, Func<string, string> words, string action, string proof, string? email,
        string? trouble, string? pending = null)
    {
        var merchant = request.Client.Credential.Installation.MerchantName;
        var scopes = Listed(request.Scopes, words);
        var lead = request.NamesScopes ? "If you allow it, it can:"
            : "It asks for all of this. Where you may not do all of it yourself, you see next what it can get:";
        var alert = trouble is null ? Markup.Empty : Markup.Of($"""<p class="trouble" id="trouble" role="alert">{trouble}</p>""");
        var described = trouble is null ? Markup.Empty : new Markup(" aria-describedby=\"trouble\" aria-invalid=\"true\"");
        var fields = pending is null ? PasswordFields(email, described) : CodeField(pending, described);
        return Page($"Sign in · {merchant}", merchant, Markup.Of($"""
            <h1>{request.Client.Title} wants to act for you</h1>
            <p class="lead">{lead}</p>
            <ul class="scopes">{scopes}</ul>
            {alert}
            <form method="post" action="{action}">
              <input type="hidden" name="proof" value="{proof}">
            {fields}
              <button class="primary" name="decision" value="allow">Sign in and allow</button>
              <button class="plain" name="decision" value="deny" formnovalidate>Cancel</button>
            </form>
            <p class="note">You are at {merchant}, which does not give your password to {request.Client.Title}.
                Either way you are sent back to <b>{sentBackTo}</b>.</p>
            """));
    }

    /// <summary>The page on which a person who has signed in allows as much as they may do themselves.</summary>
    /// <param name="scopes">The scopes that the client gets; no others.</param>
    public static Markup Consent(Client client, Person person, IReadOnlyList<string> scopes, ConsentForm form)
    {
        var merchant = client.Credential.Installation.MerchantName;
        return Page($"Allow · {merchant}", merchant, Markup.Of($"""
            <h1>{client.Title} wants to act for you</h1>
            <p class="lead">You are signed in as {person.Name}. It asks for more than you may do yourself. If you allow it, it can:</p>
            <ul class="scopes">{Listed(scopes, form.Words)}</ul>
            <form method="post" action="{form.Action}">
              <input type="hidden" name="proof" value="{form.Proof}">
              <input type="hidden" name="kept" value="{form.Kept}">
              <input type="hidden" name="scopes" value="{form.Scopes}">
              <button class="primary" name="decision" value="allow">Allow</button>
              <button class="plain" name="decision" value="deny">Cancel</button>
            </form>
            <p class="note">Either way you are sent back to <b>{form.SentBackTo}</b>.</p>
            """));
    }

    private static Markup Listed(IEnumerable<string> scopes, Func<string, string> words) =>
        Markup.Join(scopes.Select(scope => Markup.Of($"<li>{words(scope)}</li>")));

    private static Markup PasswordFields(string? email, Markup described) => Markup.Of($"""
              <div class="field">
                <label for="email">E-mail address</label>
                <input id="email" name="email" type="email" autocomplete="username" autocapitalize="none" spellcheck="false"
                  required value="{email}"{described}>
              </div>
              <div class="field">
                <label for="password">Password</label>
                <input id="password" name="password" type="password" autocomplete="current-password" required{described}>
              </div>
        """);

    private static Markup CodeField(string pending, Markup described) => Markup.Of($"""
              <input type="hidden" name="pending" value="{pending}">
              <div class="field">
                <label for="code">Code of your authenticator, or a recovery code</label>
                <input id="code" name="code" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false"
                  required{described}>
              </div>
        """);

    /// <summary>A page that says what is wrong, with no way on.</summary>
    public static Markup Trouble(string trouble) => Page("This does not work", "Quittance", Markup.Of($"""
        <h1>This does not work</h1>
        <p class="lead">{trouble}</p>
        <p class="note">Nothing was shared with anybody.</p>
        """));

    /// <summary>The answer with a page.</summary>
    /// <param name="http">The request, whose answer gets the headers that pages need.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="leadsTo">Where its form leads, once it is sent here; null for nowhere.</param>
    public static Answer Answer(HttpContext http, int status, Markup page, string? leadsTo = null)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'self'; img-src data:; form-action {(leadsTo is null ? "'none'" : $"'self' {leadsTo}")}; "
            + "base-uri 'none'; frame-ancestors 'none'";
        headers.XFrameOptions = "DENY";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        return new Answer(status, null)
        {
            MediaType = "text/html; charset=utf-8",
            LongBody = async (body, cancel) => await body.WriteAsync(Encoding.UTF8.GetBytes(page.Html), cancel),
        };
    }

    private static Markup Page(string title, string brand, Markup content) => PageFrame.Page(
        "en", title, Markup.Of($"""<link rel="stylesheet" href="{StylePath}">"""), Markup.Of($"""
            <p class="brand">{brand}</p>
        {content}
        """));
}
