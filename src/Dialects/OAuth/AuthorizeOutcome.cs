namespace Quittance.Dialects.OAuth;

/// <summary>What is to be done with someone whom a client sends here; one of three.</summary>
/// <param name="Request">What to ask them; null for the other two.</param>
/// <param name="Back">How they get back to the client, where they may.</param>
/// <param name="Location">Where to send them at once.</param>
/// <param name="Trouble">What to show them instead.</param>
internal readonly record struct AuthorizeOutcome(AuthorizeRequest? Request, RedirectBack? Back, string? Location, string? Trouble)
{
    /// <summary>Show the page on which they sign in.</summary>
    public static AuthorizeOutcome Ask(AuthorizeRequest request, RedirectBack back) => new(request, back, null, null);

    /// <summary>Send them back with an error for the client.</summary>
    public static AuthorizeOutcome SendBack(string location) => new(null, null, location, null);

    /// <summary>Show a page that says what is wrong, and send them nowhere.</summary>
    public static AuthorizeOutcome ShowPage(string trouble) => new(null, null, null, trouble);
}
