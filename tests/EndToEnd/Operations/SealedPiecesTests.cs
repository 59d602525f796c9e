using System.Security.Cryptography;
using Quittance.Storage.Backups;

namespace Quittance.Tests.Operations;

/// <summary>Sealed pieces open as they were written, in their place, in their file, and all of them.</summary>
public sealed class SealedPiecesTests : IDisposable
{
    private const int Head = 40;

    private readonly string _file = Path.GetTempFileName();
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _head = RandomNumberGenerator.GetBytes(Head);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(PieceSeal.Length - 1)]
    [InlineData(PieceSeal.Length)]
    [InlineData(PieceSeal.Length + 1)]
    [InlineData(3 * PieceSeal.Length)]
    [InlineData(3 * PieceSeal.Length + 17)]
    public async Task Pieces_OfAnyLength_ComeBack(int length)
    {
        var contents = RandomNumberGenerator.GetBytes(length);
        var pieces = Math.Max(1, (length + PieceSeal.Length - 1) / PieceSeal.Length);
        var written = await WriteAsync(contents);
        Assert.Equal(Head + length + pieces * PieceSeal.TagLength, written.Length);
        Assert.Equal(contents, await ReadAsync(written));
    }

    [Fact]
    public async Task Pieces_ThatWereChangedMovedOrCutOff_AreNamed()
    {
        const int Piece = PieceSeal.SealedLength;
        var whole = await WriteAsync(RandomNumberGenerator.GetBytes(4 * PieceSeal.Length + 1000));
        var (one, two, three, rest) =
            (whole[Head..(Head + Piece)], whole[(Head + Piece)..(Head + 2 * Piece)], whole[(Head + 2 * Piece)..(Head + 3 * Piece)],
            whole[(Head + 3 * Piece)..]);
        var head = whole[..Head];

        await AssertRefusedAsync([.. head, .. two, .. one, .. three, .. rest], "was changed: piece 1 of 5");
        await AssertRefusedAsync([.. head, .. one, .. three, .. rest], "was changed: piece 2 of 4");
        await AssertRefusedAsync([.. head, .. one, .. two, .. two, .. three, .. rest], "was changed: piece 3 of 6");
        await AssertRefusedAsync([.. whole[..(Head + 2 * Piece + 5)], 0, 0, .. whole[(Head + 2 * Piece + 7)..]], "piece 3 of 5");
        await AssertRefusedAsync([.. head, .. one, .. two], "was cut off: its last piece is missing");
        await AssertRefusedAsync([.. head, .. one, .. two[..^1]], "was cut off, or changed at its end: piece 2 of 2");
        await AssertRefusedAsync([.. head, .. one, .. two[..7]], "was cut off, or changed at its end: piece 2 of 2");
        await AssertRefusedAsync(head, "was cut off: nothing stands behind its head");
        await AssertRefusedAsync([.. whole, 0], "changed at its end: piece 5 of 5");
        await AssertRefusedAsync([(byte)(head[0] ^ 1), .. whole[1..]], "was changed: piece 1 of 5");
        // A file whose last piece is full, and more behind it.
        var full = await WriteAsync(RandomNumberGenerator.GetBytes(2 * PieceSeal.Length));
        await AssertRefusedAsync([.. full, .. one], "was changed: something stands behind its last piece");
        // Of another file under the same master key: the key of each file is its own.
        var other = RandomNumberGenerator.GetBytes(32);
        await AssertRefusedAsync(whole, "was changed: piece 1 of 5", other);
    }

    [Fact]
    public async Task Pieces_AreReadAndWritten_OneAfterTheOther()
    {
        const int Written = 100;
        var seal = new PieceSeal(_key, _head);
        var piece = new byte[100_000];
        await using (var file = new FileStream(_file, FileMode.Create))
        {
            file.Write(_head);
            await using var pieces = new PieceWriter(file, seal);
            for (var n = 1; n <= Written; n++)
            {
                await pieces.WriteAsync(piece, Cancel);
                Assert.True(file.Position > (n * piece.Length) - PieceSeal.Length, "The writer keeps more than a piece.");
            }

            await pieces.FinishAsync(Cancel);
        }

        await using (var file = new FileStream(_file, FileMode.Open))
        {
            file.Position = Head;
            await using var pieces = new PieceReader(file, seal);
            for (var read = 0L; await pieces.ReadAsync(piece, Cancel) is > 0 and var some;)
            {
                read += some;
                Assert.True(file.Position <= Head + ((read / PieceSeal.Length) + 2) * PieceSeal.SealedLength, "The reader reads ahead.");
            }
        }
    }

    private async Task<byte[]> WriteAsync(byte[] contents)
    {
        await using (var file = new FileStream(_file, FileMode.Create))
        {
            file.Write(_head);
            using var seal = new PieceSeal(_key, _head);
            await using var pieces = new PieceWriter(file, seal);
            foreach (var part in contents.Chunk(50_000))
                await pieces.WriteAsync(part, Cancel);
            await pieces.FinishAsync(Cancel);
        }

        return await File.ReadAllBytesAsync(_file, Cancel);
    }

    private async Task<byte[]> ReadAsync(byte[] bytes, byte[]? key = null)
    {
        await File.WriteAllBytesAsync(_file, bytes, Cancel);
        await using var file = new FileStream(_file, FileMode.Open);
        file.Position = Head;
        using var seal = new PieceSeal(key ?? _key, bytes[..Head]);
        await using var pieces = new PieceReader(file, seal);
        await using var read = new MemoryStream();
        await pieces.CopyToAsync(read, Cancel);
        return read.ToArray();
    }

    private async Task AssertRefusedAsync(byte[] bytes, string damage, byte[]? key = null)
    {
        var refused = await Assert.ThrowsAsync<BackupException>(() => ReadAsync(bytes, key));
        Assert.Contains(damage, refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was restored; use another backup.", refused.Message, StringComparison.Ordinal);
    }
}
