using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;
using Quittance.Storage.Migrating;

namespace Quittance.Host.Web;

/// <summary>Serves the OpenAPI document of each dialect at <c>/openapi/{dialect}.json</c>.</summary>
internal static class ApiDocuments
{
    /// <summary>The path of the document of a dialect.</summary>
    public static string PathOf(Dialect dialect) => $"/openapi/{dialect.Name}.json";

    /// <summary>Maps the documents; to be called when the dialects are mapped.</summary>
    /// <param name="address">Where clients reach the server.</param>
    public static void Map(IEndpointRouteBuilder routes, IReadOnlyList<Dialect> dialects, PublicAddress address)
    {
        foreach (var dialect in dialects.Where(dialect => dialect.Description is not null))
        {
            // Nothing of it changes while the server runs; most servers are never asked for it.
            var document = new Lazy<(byte[] Bytes, EntityTagHeaderValue Tag)>(() => Written(routes, dialect, address));
            foreach (var path in (string?[])[PathOf(dialect), dialect.DocumentPath])
            {
                if (path is null)
                    continue;
                routes.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)(http =>
                    Results.Bytes(document.Value.Bytes, "application/json", entityTag: document.Value.Tag).ExecuteAsync(http)));
            }
        }
    }

    private static (byte[] Bytes, EntityTagHeaderValue Tag) Written(IEndpointRouteBuilder routes, Dialect dialect, PublicAddress address)
    {
        var mapped = routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();
        var bytes = JsonOutput.Bytes(new ApiDocument(dialect, mapped, address, Migrations.Version).Write).ToArray();
        return (bytes, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\""));
    }
}
