using Quittance.Core.Instruments;

namespace Quittance.Storage.Vault;

/// <summary>
/// A master key in the hands of two custodians: each has a file with a share, and one share alone tells nothing of the key. A share's line
/// is <c>share</c>, its number (1 or 2), the id of the key, and the base64 of 32 bytes; the key is both shares combined by exclusive or.
/// </summary>
/// <param name="one">A custodian's file.</param>
/// <param name="other">The other custodian's.</param>
public sealed class SharedMasterKey(MasterKeyFile one, MasterKeyFile other) : IMasterKeyPlace
{
    /// <inheritdoc/>
    public string Name => $"{one.FullPath} and {other.FullPath}";

    /// <inheritdoc/>
    public MasterKey? Read()
    {
        if (Share.Read(one) is not { } first || Share.Read(other) is not { } second)
            return null;
        if (first.Id != second.Id)
            throw new VaultException($"{one.FullPath} is a share of the master key {first.Id}, and {other.FullPath} of {second.Id}.");
        if (first.Number == second.Number)
            throw new VaultException($"{one.FullPath} and {other.FullPath} are the same share of the master key {first.Id}.");
        var key = MasterKey.Join(first.Bytes, second.Bytes);
        return key.Id == first.Id ? key
            : throw new VaultException($"A share of the master key {first.Id} was changed, in {one.FullPath} or {other.FullPath}.");
    }

    /// <summary>Writes a key's shares into two files, which must not exist.</summary>
    /// <exception cref="VaultException">A file exists, or can't be written.</exception>
    public void Create(MasterKey key)
    {
        foreach (var file in (MasterKeyFile[])[one, other])
        {
            if (File.Exists(file.FullPath))
                throw new VaultException($"{file.FullPath} exists already, and a share is never written over another file.");
        }

        var (first, second) = key.Split();
        new Share(1, key.Id, first).Write(one);
        new Share(2, key.Id, second).Write(other);
        if (Read()?.Id != key.Id)
            throw new VaultException($"The shares in {Name} do not give the key; another program has written there. Make them anew.");
    }

    private sealed record Share(int Number, string Id, byte[] Bytes)
    {
        public static Share? Read(MasterKeyFile file)
        {
            if (file.ReadText() is not { } text)
                return null;
            var bytes = new byte[MasterKey.Length];
            return text.Split(' ') is ["share", "1" or "2", { Length: 16 } id, var base64]
                && Convert.TryFromBase64String(base64, bytes, out var length) && length == MasterKey.Length
                ? new Share(text["share ".Length] - '0', id, bytes)
                : throw new VaultException(
                    $"{file.FullPath} holds no share of a master key. Shares are made by: quittance vault split");
        }

        public void Write(MasterKeyFile file) => file.CreateUnlessThere($"share {Number} {Id} {Convert.ToBase64String(Bytes)}", Id);

        public override string ToString() => $"share {Number} of the master key {Id}";
    }
}
