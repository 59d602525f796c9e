namespace Quittance.Storage.Embedded;

/// <summary>The memory that the embedded PostgreSQL takes of the machine, in MB.</summary>
/// <param name="MemoryMb">All memory of the machine or of the container.</param>
/// <param name="SharedBuffersMb">The size of its own cache.</param>
/// <param name="CacheMb">The size of the caches that its planner assumes, its own and the operating system's.</param>
/// <param name="MaintenanceMb">The memory that a clean-up or the making of an index may take.</param>
/// <param name="MostWalMb">How much of the log comes to a checkpoint before its time.</param>
internal sealed record PostgresSizes(long MemoryMb, long SharedBuffersMb, long CacheMb, long MaintenanceMb, long MostWalMb)
{
    /// <summary>For the memory that this process may have, which a container may bound.</summary>
    public static PostgresSizes OfThisMachine() => Of(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>
    /// A quarter of the memory is PostgreSQL's own; the server and the operating system's cache share the rest. Beyond some GB the
    /// operating system caches as well.
    /// </summary>
    public static PostgresSizes Of(long memoryBytes)
    {
        var memory = memoryBytes >> 20;
        var shared = Math.Clamp(memory / 4, 128, 4096);
        return new PostgresSizes(
            memory, shared, Math.Max(memory / 2, 2 * shared), Math.Clamp(memory / 64, 64, 512),
            // Pages that are cached are changed there, again and again: a checkpoint before its time would write each one more often.
            Math.Max(2 * shared, 4096));
    }

    public override string ToString() =>
        $"shared_buffers {SharedBuffersMb} MB, effective_cache_size {CacheMb} MB, maintenance_work_mem {MaintenanceMb} MB, "
        + $"max_wal_size {MostWalMb} MB, of {MemoryMb} MB of memory";
}
