using System.Net;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Quittance.Console;
using Quittance.Console.Access;
using Quittance.Core.Access;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Tests.Running;

namespace Quittance.Tests.OAuth;

/// <summary>
/// Who may do what: each role at every operation of every API, in the console, through a client, and by a credential of the program's own.
/// All of it follows from the list of scopes, from the marks on operations, and from the attributes of pages; docs/console.md shows it.
/// </summary>
public sealed class RightsMatrixTests(BooksFixture books)
{
    private static readonly OperatorRole?[] Roles = [OperatorRole.Admin, OperatorRole.Operator, OperatorRole.Viewer, null];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The APIs that a token opens by its header alone.</summary>
    public static TheoryData<string> Dialects => [Api.Own.Dialect, Api.Tmf676.Dialect, Api.OracleBrm.Dialect, Api.TrainTravel.Dialect];

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Client_DoesForEachRole_WhatTheListSays_AndForItselfWhatItsScopesSay(string dialect)
    {
        var api = Api.All.Single(one => one.Dialect == dialect);
        var shop = await TokenShop.OpenAsync(books, dialect);
        var itself = await shop.ClientAsync([.. api.Scopes]);
        List<string> wrong = [];
        foreach (var role in Roles)
        {
            var given = Api.Rights.Of(dialect, role, api.Scopes);
            // Whom the page gives nothing has no token to try.
            if (given.Count == 0)
            {
                wrong.AddRange(RoutesOf(dialect).Where(route => May(api, route, role)).Select(route => $"{role}: {NameOf(route)}"));
                continue;
            }

            using var acting = await ActingClient.OfAsync(shop, role, dialect);
            Assert.Equal(string.Join(' ', given.Order(StringComparer.Ordinal)), acting.Scope);
            foreach (var route in RoutesOf(dialect))
            {
                var answer = await TryAsync(shop, route, acting.Access);
                if ((answer != HttpStatusCode.Forbidden) != May(api, route, role) || answer == HttpStatusCode.Unauthorized)
                    wrong.Add($"{role}: {NameOf(route)} {answer}");
            }
        }

        var own = await shop.AccessTokenAsync(itself);
        foreach (var route in RoutesOf(dialect))
        {
            if (await TryAsync(shop, route, own) is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)
                wrong.Add($"the client itself: {NameOf(route)}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Operation_ThatWrites_IsNoViewers_AndNoneOfAnOperatorsIsACustomers()
    {
        foreach (var api in Api.All)
        {
            foreach (var route in RoutesOf(api.Dialect))
            {
                var isWriting = route.Metadata.GetMetadata<Writes>() is not null
                    || route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains("DELETE");
                var isForCustomers = route.Metadata.GetMetadata<Dialect>()!.IsForCustomers;
                Assert.Equal((NameOf(route), isForCustomers), (NameOf(route), May(api, route, role: null)));
                Assert.Equal(
                    (NameOf(route), isForCustomers || (!isWriting && !TellsMore(api, route))),
                    (NameOf(route), May(api, route, OperatorRole.Viewer)));
            }
        }

        // The lines of a bank account, who else has access, and letters, which have the addresses of payment links.
        static bool TellsMore(Api api, RouteEndpoint route) =>
            api == Api.Own && route.Metadata.GetMetadata<Needs>()!.Scope is "settle" or "administer" or "bill";
    }

    [Fact]
    public async Task List_IsInTheDocument()
    {
        var document = await File.ReadAllTextAsync(Path.Combine(RunningProgram.Solution, "docs", "console.md"), Cancel);
        var list = List();
        Assert.True(document.Contains(list, StringComparison.Ordinal), $"docs/console.md lacks:\n{list}");
    }

    /// <summary>The list as the document has it.</summary>
    private string List()
    {
        var text = new StringBuilder(
            "| API, scope | a person lets a client do it from this role on | operations that need more |\n|---|---|---|\n");
        foreach (var api in Api.All)
        {
            foreach (var scope in api.OfferedScopes)
            {
                var more = RoutesOf(api.Dialect).Where(route => route.Metadata.GetMetadata<Needs>()!.Scope == scope.Scope)
                    .Select(route => (Name: NameOf(route), Mark: route.Metadata.GetMetadata<AsOperator>()))
                    .Where(one => one.Mark is not null)
                    .Select(one => $"`{one.Name}`{(one.Mark!.Reach > scope.Reach ? $" {Word(one.Mark.Reach)}" : "")}"
                        + (one.Mark.IsGrave ? " *proof*" : ""));
                var marked = string.Join(", ", more.Distinct().Order(StringComparer.Ordinal));
                text.Append($"| {api.Dialect}, `{scope.Scope}` | {Word(scope.Reach)} | {marked} |\n");
            }
        }

        text.Append("\n| role | pages of the console |\n|---|---|\n");
        foreach (var role in Enum.GetValues<OperatorRole>())
        {
            var pages = Pages().Where(page => page.Least == role)
                .Select(page => $"`{page.Path}`{(page.IsGrave ? " *proof*" : "")}").Order(StringComparer.Ordinal);
            text.Append($"| {Word(role)} | {string.Join(", ", pages)} |\n");
        }

        return text.ToString();
    }

    private IEnumerable<(string Path, OperatorRole Least, bool IsGrave)> Pages() =>
        books.Routes.Where(route => route.Metadata.GetMetadata<OpenAttribute>() is null)
            .Select(route => (
                Path: $"/{route.RoutePattern.RawText?.TrimStart('/')}",
                Least: route.Metadata.GetMetadata<NeedsAttribute>()?.Role ?? OperatorRole.Viewer,
                IsGrave: route.Metadata.GetMetadata<ProvesAttribute>() is not null))
            .Where(page => (page.Path == ConsoleRoutes.Root || page.Path.StartsWith($"{ConsoleRoutes.Root}/", StringComparison.Ordinal))
                && !page.Path.Contains('*'))
            .Distinct();

    private static string Word<T>(T reach)
        where T : struct, Enum => reach.ToString().ToLowerInvariant();

    /// <summary>What the list says: a scope of the operation, and the operation's own mark.</summary>
    private static bool May(Api api, RouteEndpoint route, OperatorRole? role)
    {
        var needs = route.Metadata.GetMetadata<Needs>()!;
        string[] scopes = [needs.Scope, needs.Or ?? needs.Scope];
        var mark = route.Metadata.GetMetadata<AsOperator>()?.Least;
        return Api.Rights.Of(api.Dialect, role, scopes).Count > 0 && (mark is not { } least || role >= least);
    }

    private IReadOnlyList<RouteEndpoint> RoutesOf(string dialect) =>
    [
        .. books.Routes.Where(
            route => route.Metadata.GetMetadata<Dialect>()?.Name == dialect && route.Metadata.GetMetadata<Needs>() is not null),
    ];

    private static string NameOf(RouteEndpoint route) =>
        $"{route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single()} {route.RoutePattern.RawText}";

    /// <summary>Sends a request that names nothing: who may not do it is told so before it is read.</summary>
    private static async Task<HttpStatusCode> TryAsync(TokenShop shop, RouteEndpoint route, string token)
    {
        var method = new HttpMethod(route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single());
        var path = string.Join(
            '/', route.RoutePattern.RawText!.Split('/').Select(part => part.StartsWith('{') ? $"{Guid.AllBitsSet:D}" : part));
        using var body = method == HttpMethod.Post ? new StringContent("{}", Encoding.UTF8, "application/json") : null;
        var key = method == HttpMethod.Post ? OwnApi.Biller.NewText() : null;
        return (await shop.SendAsync(method, path, $"Bearer {token}", body, key)).Status;
    }
}
