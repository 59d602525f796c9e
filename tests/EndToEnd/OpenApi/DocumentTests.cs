using System.Reflection;
using System.Text.Json;
using Microsoft.OpenApi;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests.OpenApi;

/// <summary>The documents at <c>/openapi</c>: whole, valid, and about what there is.</summary>
public sealed class DocumentTests(BooksFixture books)
{
    public static TheoryData<string> Described =>
        ["midnight", "oauth", "oracle-brm", "quittance", "sport-alliance", "tmf676", "train-travel"];

    [Fact]
    public void EveryDialectForClients_IsDescribed() =>
        Assert.Equal(Described.Select(row => row.Data),
            books.Dialects.Where(dialect => dialect.Description is not null).Select(dialect => dialect.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void EveryOperation_IsDescribed()
    {
        var routes = books.Routes.Where(route => route.Metadata.GetMetadata<Dialect>() is { Description: not null });
        Assert.Empty(routes.Where(route => route.Metadata.GetMetadata<Operation>() is null).Select(route => route.DisplayName));
    }

    /// <summary>Linters of OpenAPI want it.</summary>
    [Fact]
    public void EveryOperation_OfOurOwnApi_SaysMoreThanItsSummary() => Assert.Empty(
        books.Routes.Where(route => route.Metadata.GetMetadata<Dialect>()?.Name == OwnApiNames.Dialect)
            .Select(route => route.Metadata.GetMetadata<Operation>()!).Where(operation => string.IsNullOrEmpty(operation.Description))
            .Select(operation => operation.Id));

    [Fact]
    public void EveryDescribedOperation_IsMapped()
    {
        var mapped = books.Routes.Select(route => route.Metadata.GetMetadata<Operation>()).OfType<Operation>().ToHashSet();
        var described = typeof(Operation).Assembly.GetTypes()
            .SelectMany(type => type.GetProperties(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(property => property.PropertyType == typeof(Operation)).Select(property => (Operation)property.GetValue(null)!).ToList();

        Assert.NotEmpty(described);
        Assert.Empty(described.Where(operation => !mapped.Contains(operation)).Select(operation => operation.Id));
    }

    [Fact]
    public void PathsAndTheirParameters_AreThoseOfTheRoutes()
    {
        var routes = books.Routes.Where(route => route.Metadata.GetMetadata<Operation>() is not null).ToList();
        Assert.NotEmpty(routes);
        Assert.All(routes, route => Assert.Equal(
            route.RoutePattern.Parameters.Select(parameter => parameter.Name).Order(StringComparer.Ordinal),
            route.Metadata.GetMetadata<Operation>()!.Parameters.Where(parameter => parameter.Place == "path")
                .Select(parameter => parameter.Name).Order(StringComparer.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Described))]
    public async Task Document_IsOpenApi31(string dialect)
    {
        var read = OpenApiDocument.Parse(
            await books.Client.GetStringAsync($"/openapi/{dialect}.json", TestContext.Current.CancellationToken), "json");

        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic!.SpecificationVersion);
        Assert.Empty(read.Diagnostic.Errors.Concat(read.Diagnostic.Warnings).Select(fault => $"{fault.Pointer}: {fault.Message}"));
        var operations = read.Document!.Paths.SelectMany(path => path.Value.Operations!.Values).ToList();
        Assert.Equal(
            books.Routes.Count(route => route.Metadata.GetMetadata<Dialect>()?.Name == dialect
                && route.Metadata.GetMetadata<Operation>() is not null), operations.Count);
        Assert.Equal(operations.Count, operations.Select(operation => operation.OperationId).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Described))]
    public async Task Document_RefersOnlyToWhatItHas(string dialect)
    {
        using var document =
            JsonDocument.Parse(await books.Client.GetStringAsync($"/openapi/{dialect}.json", TestContext.Current.CancellationToken));
        var references = ReferencesIn(document.RootElement).Distinct().ToList();

        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.NotEqual(
            default, reference.Split('/').Skip(1)
                .Aggregate(document.RootElement, (at, name) => at.TryGetProperty(name, out var next) ? next : default)));
    }

    [Fact]
    public async Task Document_ThatIsKnown_IsNotSentAgain()
    {
        using var first = await books.Client.GetAsync("/openapi/tmf676.json", TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/tmf676.json");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var again = await books.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.NotModified, again.StatusCode);
    }

    private static IEnumerable<string> ReferencesIn(JsonElement node) => node.ValueKind switch
    {
        JsonValueKind.Object =>
            node.EnumerateObject().SelectMany(member => member.Name == "$ref" ? [member.Value.GetString()!] : ReferencesIn(member.Value)),
        JsonValueKind.Array => node.EnumerateArray().SelectMany(ReferencesIn),
        _ => [],
    };
}
