using Quittance.Sandbox.Books;
using Quittance.Sandbox.Http;

namespace Quittance.Faces.GoCardless;

/// <summary>The page of a billing request flow, on which a customer enters a bank account and gives its mandate.</summary>
internal sealed class AccountEntryPage(DebitFace face)
{
    private const string Path = "/gocardless/pages/{name}";

    private const string Iban = """<label>IBAN <input name="number" autocomplete="off" autocapitalize="characters" required></label>""";

    private const string UkAccount = """
        <div class="pair">
            <label>Sort code <input name="sort" inputmode="numeric" placeholder="20-00-00" autocomplete="off" required></label>
            <label>Account number <input name="number" inputmode="numeric" autocomplete="off" required></label>
          </div>
        """;

    public void Map(WebApplication app)
    {
        app.MapGet(Path, context => face.Shown(NameOf(context)) is var (flow, request)
            ? WriteAsync(context, flow, request, problem: null)
            : throw HttpFault.NotFound("This page"));
        app.MapPost(Path, EnterAsync);
    }

    private async Task EnterAsync(HttpContext context)
    {
        if (face.Shown(NameOf(context)) is not var (flow, request))
            throw HttpFault.NotFound("This page");
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var number = string.Concat($"{form["number"]}".Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        var isUk = request.Scheme == "bacs";
        var details = new InstrumentDetails(isUk ? InstrumentKind.UkAccount : InstrumentKind.Iban, number);
        var isValid = isUk ? number.Length == 8 && number.All(char.IsAsciiDigit)
            : number.Length is >= 15 and <= 34 && number[..2].All(char.IsAsciiLetterUpper) && details.ChecksOut;
        if (!isValid)
        {
            await WriteAsync(context, flow, request, isUk ? "The account number is invalid." : "The IBAN is invalid.");
            return;
        }

        if (face.Enter(flow.Name, details, $"{form["name"]}" is { Length: > 0 } name ? name : null) is not { } next)
            throw HttpFault.NotFound("This page");
        Page.Leave(context, next);
    }

    private static string NameOf(HttpContext context) => (string)context.GetRouteValue("name")!;

    private static Task WriteAsync(HttpContext context, DebitFlow flow, DebitBillingRequest request, string? problem) => Page.ToEnter(
        "Set up a direct debit", "Sandbox direct debit", request.Scheme == "bacs" ? Page.UkAccountToTry : Page.IbanToTry, $"""
        <label>Account holder <input name="name" autocomplete="name" required></label>
          {(request.Scheme == "bacs" ? UkAccount : Iban)}
        """, "Give the mandate", flow.ExitTo, problem).WriteAsync(context);
}
