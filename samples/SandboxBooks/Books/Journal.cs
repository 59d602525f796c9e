using System.Text.Json;

namespace Quittance.Sandbox.Books;

/// <summary>
/// The file from which the books are read at start: one entry a line, each written by one write before its answer is sent. That outlives
/// the process, since the operating system has the bytes by then. It need not outlive the machine, so nothing waits for the disk.
/// </summary>
internal sealed class Journal : IDisposable
{
    private readonly FileStream _file;
    private long _length;

    private Journal(FileStream file) => _file = file;

    /// <summary>Opens the journal of a folder, which only one process can do, and reads its entries.</summary>
    public static Journal Open(string folder, Action<Entry> read)
    {
        Directory.CreateDirectory(folder);
        var options =
            new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var journal = new Journal(new FileStream(Path.Combine(folder, "journal.jsonl"), options));
        try
        {
            journal.Read(read);
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    public void Append(Entry entry)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(entry, Json.Short), (byte)'\n'];
        try
        {
            _file.Write(line);
            _length += line.Length;
        }
        catch (IOException)
        {
            // A full disk may have taken half of the line; the next one must not follow it.
            CutTo(_length);
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    private void Read(Action<Entry> read)
    {
        var lines = new BufferedStream(_file, 1 << 16);
        using var line = new MemoryStream();
        for (var value = lines.ReadByte(); value >= 0; value = lines.ReadByte())
        {
            if (value != '\n')
            {
                line.WriteByte((byte)value);
                continue;
            }

            read(Parse(line.GetBuffer().AsSpan(0, (int)line.Length)));
            _length += line.Length + 1;
            line.SetLength(0);
        }

        // A last line without an end was being written when the process died. Its request got no answer.
        CutTo(_length);
    }

    private Entry Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize<Entry>(line, Json.Short)!;
        }
        catch (JsonException failure)
        {
            throw new IOException($"{_file.Name} can't be read at byte {_length}.", failure);
        }
    }

    private void CutTo(long length)
    {
        _file.SetLength(length);
        _file.Position = length;
    }
}
