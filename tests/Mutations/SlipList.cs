namespace Visma.Connect.Sdk.Mutations;

/// <summary>Reads slips.txt. The beginning of that file describes its form.</summary>
internal sealed class SlipList
{
    private readonly List<Slip> _slips = [];
    private readonly List<string> _original = [];
    private readonly List<string> _changed = [];
    private string _file = "";
    private string[] _usual = [];
    private bool _isWhole;

    public static IReadOnlyList<Slip> Read(string path)
    {
        SlipList list = new();
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (line.Length > 0 && !list.TryAdd(line[0], line[1..].Trim()))
            {
                throw new FormatException($"{path}({number}): '{line}' is in no known form.");
            }
        }

        list.EndChange();
        string[] twice = [.. list._slips.GroupBy(slip => slip.Id).Where(same => same.Count() > 1).Select(same => same.Key)];
        return twice.Length == 0 ? list._slips : throw new FormatException($"{path}: two slips have the name {twice[0]}.");
    }

    private bool TryAdd(char form, string text)
    {
        switch (form)
        {
            case '#':
                return true;
            case '@':
                EndChange();
                string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                (_file, _usual) = (words[0], words[1..]);
                return true;
            case '=':
                EndChange();
                string[] parts = text.Split(':', 2, StringSplitOptions.TrimEntries);
                _slips.Add(new Slip(parts[0], parts[1], _file, _usual, []));
                return true;
            case '%':
                _slips[^1] = _slips[^1] with { Classes = text.Split(' ', StringSplitOptions.RemoveEmptyEntries) };
                return true;
            case '-':
                if (_changed.Count > 0)
                {
                    EndChange();
                }

                _original.Add(text);
                return true;
            case '+' or '~':
                _isWhole |= form == '~';
                _changed.Add(text);
                return true;
            default:
                return false;
        }
    }

    private void EndChange()
    {
        if (_original.Count > 0)
        {
            Change change = new(string.Join('\n', _original), string.Join('\n', _changed), _isWhole);
            _slips[^1] = _slips[^1] with { Changes = [.. _slips[^1].Changes, change] };
        }

        _original.Clear();
        _changed.Clear();
        _isWhole = false;
    }
}
