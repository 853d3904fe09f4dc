/** What each shell has to be told. All of them ask `freehold complete` with the words up to the cursor. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** `freehold complete` prints one suggestion a line, word and description apart by a tab; `:files` stands for files. */
export const completionScripts: Readonly<Record<Shell, string>> = {
  bash: `# Put this into ~/.bashrc:  source <(freehold completion bash)
_freehold() {
  local line word
  COMPREPLY=()
  while IFS= read -r line; do
    if [ "$line" = :files ]; then
      compopt -o default
      return
    fi
    word=\${line%%$'\\t'*}
    [[ $word == "$2"* ]] && COMPREPLY+=("$(printf '%q' "$word")")
  done < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _freehold freehold
`,
  zsh: `#compdef freehold
# Put this into ~/.zshrc, after compinit:  source <(freehold completion zsh)
_freehold() {
  local line
  local -a suggestions
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      _files
      return
    fi
    suggestions+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  _describe freehold suggestions
}
compdef _freehold freehold
`,
  fish: `# Put this into ~/.config/fish/completions/freehold.fish
function __freehold_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in ($words[1] complete -- $words[2..-1] 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c freehold -f -a '(__freehold_complete)'
`,
};
