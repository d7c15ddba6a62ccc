package local

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gobwas/glob"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// collect reads the files that assetPaths and archivePaths name, relative to the command's folder.
func (outputs *CommandOutputs) collect(folder string, args CommandArgs) error {
	if args.AssetPaths != nil {
		assets, err := findAssets(folder, *args.AssetPaths)
		if err != nil {
			return err
		}
		outputs.Assets = &assets
	}
	if args.ArchivePaths == nil {
		return nil
	}
	assets, err := findAssets(folder, *args.ArchivePaths)
	if err != nil {
		return err
	}
	members := map[string]any{}
	for path, asset := range assets {
		members[path] = asset
	}
	outputs.Archive, err = resource.NewAssetArchive(members)
	return err
}

// findAssets applies patterns in order: those that begin with "!" take files away again. Only files count.
func findAssets(folder string, patterns []string) (map[string]*resource.Asset, error) {
	if folder == "" {
		folder = "."
	}
	rules, err := compileRules(patterns)
	if err != nil {
		return nil, err
	}
	assets := map[string]*resource.Asset{}
	err = fs.WalkDir(os.DirFS(folder), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !selected(path, rules) {
			return err
		}
		assets[path], err = resource.NewPathAsset(filepath.Join(folder, path))
		return err
	})
	return assets, err
}

// rule is one pattern; exclude says that it takes files away.
type rule struct {
	glob.Glob
	exclude bool
}

func compileRules(patterns []string) ([]rule, error) {
	rules := make([]rule, 0, len(patterns))
	for _, pattern := range patterns {
		compiled, err := glob.Compile(strings.TrimPrefix(pattern, "!"), '/')
		if err != nil {
			return nil, err
		}
		rules = append(rules, rule{compiled, strings.HasPrefix(pattern, "!")})
	}
	return rules, nil
}

// selected tells whether the last rule that matches the path includes it.
func selected(path string, rules []rule) bool {
	found := false
	for _, rule := range rules {
		if rule.Match(path) {
			found = !rule.exclude
		}
	}
	return found
}
