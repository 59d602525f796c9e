using System.Net;
using Quittance.Sandbox.Books;
using Quittance.Sandbox.Http;

namespace Quittance.Faces.Stripe;

/// <summary>The page of a Checkout session, on which a customer enters a card, or a bank account with its mandate.</summary>
internal sealed class EntryPage(FaceCheckout checkout, TimeProvider clock)
{
    private const string Path = "/stripe/pages/{name}";

    private const string Mandate = """
        <label>Account holder <input name="name" autocomplete="name" required></label>
              <label class="tick"><input type="checkbox" name="mandate" value="true" required> I agree that this account is debited.</label>
        """;

    public void Map(WebApplication app)
    {
        app.MapGet(Path, context => checkout.Shown(NameOf(context)) is { } page
            ? WriteAsync(context, page, problem: null)
            : throw HttpFault.NotFound("This page"));
        app.MapPost(Path, EnterAsync);
    }

    private async Task EnterAsync(HttpContext context)
    {
        if (checkout.Shown(NameOf(context)) is not { } page)
            throw HttpFault.NotFound("This page");
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var holder = $"{form["name"]}" is { Length: > 0 } name ? name : null;
        var (entered, problem) = page.Type switch
        {
            "sepa_debit" => IbanIn(form, holder),
            "bacs_debit" => UkAccountIn(form, holder),
            _ => CardIn(form),
        };
        if (problem is not null)
        {
            await WriteAsync(context, page, problem);
            return;
        }

        if (checkout.Enter(page.Name, entered, holder, DigitsIn(form, "sort_code")) is not { } next)
            throw HttpFault.NotFound("This page");
        Page.Leave(context, next);
    }

    private (InstrumentDetails Entered, string? Problem) CardIn(IFormCollection form)
    {
        var number = DigitsIn(form, "number");
        var expiry = $"{form["expiry"]}".Split('/');
        var card = new InstrumentDetails(InstrumentKind.Card, number)
        {
            ExpiryMonth = expiry.Length == 2 && int.TryParse(expiry[0], out var month) ? month : 0,
            ExpiryYear = expiry.Length == 2 && int.TryParse(expiry[1], out var year) ? year % 100 + 2000 : 0,
        };
        return (card, number.Length is < 12 or > 19 || !card.ChecksOut ? "Your card number is invalid."
            : card.ExpiryMonth is < 1 or > 12 || card.IsExpired(clock.GetUtcNow()) ? "Your card's expiration date is invalid."
            : null);
    }

    private static (InstrumentDetails Entered, string? Problem) IbanIn(IFormCollection form, string? holder)
    {
        var iban = $"{form["iban"]}".Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        var account = new InstrumentDetails(InstrumentKind.Iban, iban);
        return (account, iban.Length is < 15 or > 34 || !iban.All(char.IsAsciiLetterOrDigit) || !account.ChecksOut
            ? "Your IBAN is invalid." : ProblemOf(form, holder));
    }

    private static (InstrumentDetails Entered, string? Problem) UkAccountIn(IFormCollection form, string? holder)
    {
        var number = DigitsIn(form, "account");
        return (
            new InstrumentDetails(InstrumentKind.UkAccount, number),
            number.Length != 8 || DigitsIn(form, "sort_code").Length != 6 ? "Your bank account is invalid." : ProblemOf(form, holder));
    }

    private static string? ProblemOf(IFormCollection form, string? holder) =>
        holder is null ? "Enter the account holder's name." : form["mandate"] != "true" ? "Agree to the direct debit." : null;

    private static string DigitsIn(IFormCollection form, string name) => string.Concat($"{form[name]}".Where(char.IsAsciiDigit));

    private static string NameOf(HttpContext context) => (string)context.GetRouteValue("name")!;

    private static Task WriteAsync(HttpContext context, FacePage page, string? problem) => Page.ToEnter(
        $"Enter a {What(page.Type)}", "Sandbox checkout", page.Type switch
        {
            "sepa_debit" => Page.IbanToTry,
            "bacs_debit" => Page.UkAccountToTry,
            _ => Page.CardToTry,
        }, FieldsOf(page.Type) + NoteOf(page), $"Save {What(page.Type)}", page.CancelUrl, problem).WriteAsync(context);

    private static string NoteOf(FacePage page) =>
        page.Note is null ? "" : $"""<p class="note" lang="{page.Locale}">{WebUtility.HtmlEncode(page.Note)}</p>""";

    private static string What(string type) => type == "card" ? "card" : "bank account";

    private static string FieldsOf(string type) => type switch
    {
        "sepa_debit" => $"""
            <label>IBAN <input name="iban" autocomplete="off" placeholder="DE00 0000 0000 0000 0000 00" required></label>
              {Mandate}
            """,
        "bacs_debit" => $"""
            <div class="pair">
                <label>Sort code <input name="sort_code" inputmode="numeric" autocomplete="off" placeholder="00-00-00" required></label>
                <label>Account number <input name="account" inputmode="numeric" autocomplete="off" required></label>
              </div>
              {Mandate}
            """,
        _ => """
            <label>Card number <input name="number" inputmode="numeric" autocomplete="cc-number" required></label>
              <div class="pair">
                <label>Expiry date <input name="expiry" placeholder="MM/YY" autocomplete="cc-exp" required></label>
                <label>Security code <input name="code" inputmode="numeric" autocomplete="cc-csc" required></label>
              </div>
              <label>Name on card <input name="name" autocomplete="cc-name"></label>
            """,
    };
}
