using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Endpoints;
using Quittance.Core.Access;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>Addresses and forms that no page of ours makes are answered, and are no fault of ours.</summary>
public sealed class StrangeRequestTests(BooksFixture books, SharedSamples shared) : IClassFixture<SharedSamples>
{
    private static readonly string[] PaymentNames =
        ["q", "status", "method", "api", "from", "to", "least", "most", "currency", "back", "reason", "before", "sort"];

    private static readonly string[] ReceivableNames = ["age", "currency", "after", "sort"];

    // The values that pages and files read out of their addresses themselves.
    private static readonly Dictionary<string, string[]> ReadThemselves = new()
    {
        ["/console/access/dunning/letters"] = ["from", "to", "unmailed"],
        ["/console/access/dunning/letters.pdf"] = ["from", "to", "unmailed"],
        ["/console/audit"] = ["person", "what", "from", "to", "after"],
        ["/console/audit.csv"] = ["person", "what", "from", "to"],
        ["/console/audit.xlsx"] = ["person", "what", "from", "to"],
        ["/console/mails.csv"] = ["customer", "status"],
        ["/console/mails.xlsx"] = ["customer", "status"],
        ["/console/settlements.csv"] = ["find", "direction", "account", "age"],
        ["/console/settlements.xlsx"] = ["find", "direction", "account", "age"],
        ["/console/customers"] = ["search", "sort", "after", "at"],
        ["/console/customers.csv"] = ["search", "sort"],
        ["/console/customers.xlsx"] = ["search", "sort"],
        ["/console/customers/{id:guid}/mandate.pdf"] = ["mandate", "sequence", "scheme"],
        ["/console/customers/{Id:guid}/statement"] = ["from", "to", "currency", "subject", "sequence", "line"],
        ["/console/customers/{id:guid}/statement.csv"] = ["from", "to", "currency"],
        ["/console/customers/{id:guid}/statement.pdf"] = ["from", "to", "currency"],
        ["/console/explain/account/{Id:guid}"] = ["subject", "sequence", "line"],
        ["/console/ledger/{Id:guid}"] = ["subject", "sequence", "line"],
        ["/console/payments"] = PaymentNames,
        ["/console/payments.csv"] = PaymentNames,
        ["/console/payments.xlsx"] = PaymentNames,
        ["/console/receivables"] = ReceivableNames,
        ["/console/receivables.csv"] = ReceivableNames,
        ["/console/receivables.xlsx"] = ReceivableNames,
        ["/console/reports"] = ["report", "from", "to"],
        ["/console/reports.csv"] = ["report", "from", "to"],
        ["/console/reports.xlsx"] = ["report", "from", "to"],
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Long]
    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    [InlineData("2147483647")]
    [InlineData("9999-12-31")]
    [InlineData("'\"\ud83d\ude80%")]
    public async Task Junk_InAnyParameterOfAnyPage_IsNoFault(string junk)
    {
        var samples = shared.All;
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, samples.Merchant);
        var known = ConsolePages.All.ToDictionary(page => page.Template, NamesOf);
        Assert.True(known.Values.Sum(names => names.Length) > 50);
        var all = known.Values.SelectMany(names => names).Append("done").Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        List<string> wrong = [];
        foreach (var page in ConsolePages.All)
        {
            await AskAsync(page, all);
            foreach (var name in known[page.Template])
                await AskAsync(page, name);
        }

        Assert.Empty(wrong);

        async Task AskAsync(ConsolePage page, params string[] names)
        {
            var address = page.Sample(samples)!;
            var query = string.Join('&', names.Select(name => $"{name}={Uri.EscapeDataString(junk)}"));
            using var answer =
                await desk.Client.GetAsync($"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}", Cancel);
            if (answer.StatusCode >= HttpStatusCode.InternalServerError)
                wrong.Add($"{page.Template} {query}: {answer.StatusCode}");
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    public async Task Junk_InAnyFieldOfAnyForm_IsNoFault(string junk)
    {
        var samples = shared.All;
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, samples.Merchant);
        List<string> wrong = [];
        foreach (var page in ConsolePages.All.Where(page => page.IsAction))
        {
            // Without a reason, so that what the page is about is there for the next one.
            var fields = DeclaredBy<SupplyParameterFromFormAttribute>(page, form => form.Name).Where(name => name != "Reason")
                .Select(name => (name, junk)).ToArray();
            using var answer = await desk.SendAsync(page.Sample(samples)!, fields);
            if (answer.StatusCode >= HttpStatusCode.InternalServerError)
                wrong.Add($"{page.Template}: {answer.StatusCode}");
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("/console/customers", "after")]
    [InlineData("/console/ledger", "exact")]
    [InlineData("/console/ledger/{Id:guid}", "line")]
    [InlineData("/console/ledger/{Id:guid}", "subject")]
    [InlineData("/console/ledger/{Code}/{Kind}", "holder")]
    [InlineData("/console/customers/{Id:guid}/statement", "subject")]
    [InlineData("/console/explain/customer/{Id:guid}", "more")]
    [InlineData("/console/settlements", "before")]
    [InlineData("/console/settlements/{Id:guid}", "after")]
    public async Task Junk_WhereANumberOrAnIdBelongs_IsAsIfItWereAbsent(string template, string name)
    {
        var samples = shared.All;
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, samples.Merchant);
        var page = Assert.Single(ConsolePages.All, page => page.Template == template);
        Assert.Contains(page.Heading!, await desk.PageAsync($"{page.Sample(samples)}?{name}=x"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/console/payments?q=%00")]
    [InlineData("/console/payments?api=a%00b")]
    [InlineData("/console/payments.csv?q=%00")]
    [InlineData("/console/audit?what=%00")]
    [InlineData("/console/customers?search=%00")]
    [InlineData("/console/ledger/EUR/receivable?purpose=%00")]
    [InlineData("/console/settlements?%00=1")]
    [InlineData("/console/sign-in?to=%00")]
    public async Task Nul_InAnAddress_IsRefused(string address)
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        using var refused = await desk.Client.GetAsync(address, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("This can&#x27;t be done", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/console/sign-in", "sign-in", "User")]
    [InlineData("/console/sign-in", "sign-in", "Password")]
    [InlineData("/console/access/people/new", "action", "Name")]
    [InlineData("/console/access/origins/add", "action", "Reason")]
    [InlineData("/console/webhooks/replay", "action", "Reason")]
    [InlineData("/console/webhooks/replay", "action", "a\0b")]
    public async Task Nul_InAForm_IsRefused(string path, string form, string field)
    {
        using var desk = await TestDesk.OpenAsync(books);
        using var refused = await desk.SendAsync(path, ("_handler", form), (field, "a\0b"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task Nul_InTheNameOfAFile_IsRefused()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        const string Body = "--b\r\nContent-Disposition: form-data; name=\"_handler\"\r\n\r\naction\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"Statement\"; filename*=UTF-8''a%00b.csv\r\nContent-Type: "
                + "text/csv\r\n\r\nx\r\n--b--\r\n";
        using var content = new StringContent(Body);
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
        using var refused = await desk.Client.PostAsync("/console/settlements/import", content, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Theory]
    [InlineData("/console/access/people/new", null, HttpStatusCode.Redirect)]
    [InlineData("/console/settlements/import", null, HttpStatusCode.Redirect)]
    [InlineData("/console/settlements/import", OperatorRole.Viewer, HttpStatusCode.Forbidden)]
    [InlineData("/console/sign-in", null, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("/console/access/people/new", OperatorRole.Admin, HttpStatusCode.RequestEntityTooLarge)]
    public async Task LongForm_IsNotEvenReceived_FromWhoMayNotSendIt(string path, OperatorRole? role, HttpStatusCode expected)
    {
        using var desk = role is { } one ? await TestDesk.OpenAsync(books, one) : null;
        // Sends the headers alone, and the rest when the server asks for it.
        using var handler =
            new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, Expect100ContinueTimeout = TimeSpan.FromMinutes(1) };
        using var client = new HttpClient(handler) { BaseAddress = books.Address };
        using var content = new LongContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.ExpectContinue = true;
        if (desk is not null)
            request.Headers.Add("Cookie", desk.Client.DefaultRequestHeaders.GetValues("Cookie"));

        using var answer = await client.SendAsync(request, Cancel);

        Assert.Equal(expected, answer.StatusCode);
        Assert.False(content.IsAskedFor);
    }

    [Fact]
    public async Task Statement_MayBeLonger()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        using var content =
            new MultipartFormDataContent { { new StringContent("action"), "_handler" },
            { new ByteArrayContent(new byte[200_000]), "Statement", "statement.csv" } };
        using var read = await desk.Client.PostAsync("/console/settlements/import", content, Cancel);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.Contains("The file is refused", await read.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    /// <summary>
    /// The names that a page reads out of its address: those that its component declares, and those that it reads itself.
    /// </summary>
    private string[] NamesOf(ConsolePage page) =>
        [.. DeclaredBy<SupplyParameterFromQueryAttribute>(page, query => query.Name),
            .. ReadThemselves.GetValueOrDefault(page.Template, [])];

    private IEnumerable<string> DeclaredBy<TAttribute>(ConsolePage page, Func<TAttribute, string?> nameOf)
        where TAttribute : Attribute
    {
        var component = books.Routes.Where(route => $"/{route.RoutePattern.RawText?.TrimStart('/')}" == page.Template)
            .Select(route => route.Metadata.GetMetadata<ComponentTypeMetadata>()?.Type).FirstOrDefault(type => type is not null);
        foreach (var property in component?.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic) ?? [])
        {
            if (property.GetCustomAttribute<TAttribute>() is { } declared)
                yield return nameOf(declared) ?? property.Name;
        }
    }

    /// <summary>A form of 20 MB that notes whether anybody wants it.</summary>
    private sealed class LongContent : HttpContent
    {
        private const int Length = 20_000_000;

        public LongContent() => Headers.ContentType = new("application/x-www-form-urlencoded");

        public bool IsAskedFor { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            IsAskedFor = true;
            return stream.WriteAsync(new byte[Length], 0, Length);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = Length;
            return true;
        }
    }
}
