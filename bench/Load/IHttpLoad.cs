namespace Quittance.Bench.Load;

/// <summary>Sends requests over HTTP in a closed loop: each connection sends its next request when it has its answer.</summary>
internal interface IHttpLoad
{
    string Name { get; }

    Task<LoadResult> RunAsync(Uri server, RequestTemplate request, int connections, TimeSpan time, CancellationToken cancel);
}
