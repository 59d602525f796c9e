namespace Quittance.Bench.Load;

/// <summary>The load generators.</summary>
internal enum LoadKind
{
    Wrk,
    Sockets,
}
