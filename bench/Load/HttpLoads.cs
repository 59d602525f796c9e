namespace Quittance.Bench.Load;

/// <summary>Chooses the load generator.</summary>
internal static class HttpLoads
{
    public static IHttpLoad Choose(LoadKind? asked) => asked switch
    {
        LoadKind.Wrk => WrkLoad.Find() ?? throw new BenchException("wrk is not installed."),
        LoadKind.Sockets => new SocketLoad(),
        null => WrkLoad.Find() ?? (IHttpLoad)new SocketLoad(),
    };
}
